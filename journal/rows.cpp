#include "journal/rows.hpp"

#include "journal/table.hpp"
#include "ledger/log/storage_error.hpp"
#include "tables/numbers.hpp"

#include <algorithm>

namespace consularia::journal {
namespace {

constexpr std::size_t kNumber = sizeof(std::uint64_t);

void expect_size(std::string_view row, std::size_t size) {
    if (row.size() != size) {
        throw ledger::StorageError("the journal is damaged: a row has another form than its table");
    }
}

}  // namespace

std::string checkpoint_key(ledger::Partition partition) {
    return std::string(kCheckpoints) + std::to_string(partition);
}

std::string organization_key(domain::OrganizationId organization) {
    const auto& bytes = organization.bytes;
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

domain::OrganizationId organization_in(std::string_view key) {
    domain::OrganizationId organization;
    expect_size(key, organization.bytes.size());
    std::copy(key.begin(), key.end(), organization.bytes.begin());
    return organization;
}

std::string fact_key(domain::OrganizationId organization, ledger::Sequence sequence) {
    auto key = organization_key(organization);
    tables::append_number(key, sequence);
    return key;
}

std::string after_facts(domain::OrganizationId organization) {
    // No fact has the largest sequence: the head after it could not be counted.
    return fact_key(organization, ~ledger::Sequence{0});
}

std::string encode_head(const ledger::Head& head) {
    std::string row;
    tables::append_number(row, head.sequence);
    row.append(reinterpret_cast<const char*>(head.hash.data()), head.hash.size());
    return row;
}

ledger::Head find_head(const tables::Reader& reader, domain::OrganizationId organization) {
    ledger::Head head;
    const auto row = reader.get(Table::heads, organization_key(organization));
    if (!row) return head;
    expect_size(*row, kNumber + head.hash.size());
    head.sequence = tables::number_in(std::string_view(*row).substr(0, kNumber));
    std::copy(row->begin() + kNumber, row->end(), head.hash.begin());
    return head;
}

std::string encode_place(ledger::Partition partition, ledger::Position position) {
    std::string place;
    tables::append_number(place, partition);
    tables::append_number(place, position);
    return place;
}

Place decode_place(std::string_view place) {
    expect_size(place, 2 * kNumber);
    return {
        static_cast<ledger::Partition>(tables::number_in(place.substr(0, kNumber))),
        tables::number_in(place.substr(kNumber))};
}

}  // namespace consularia::journal
