#include "journal/histories.hpp"

#include "journal/history_nodes.hpp"
#include "journal/history_table.hpp"
#include "journal/rows.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/merkle.hpp"
#include "ledger/record/subject.hpp"
#include "tables/numbers.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::journal {
namespace {

using ledger::Hash;
using ledger::Sequence;

/// The records of one step have so many.
constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;
/// Removed at once.
constexpr std::size_t kRowsAtOnce = 10'000;
constexpr std::size_t kNumber = sizeof(std::uint64_t);

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

[[noreturn]] void damaged() {
    throw ledger::StorageError("the store of histories is damaged: a row has another form");
}

std::string encode_head(const HistoriesHead& head) {
    std::string row;
    tables::append_number(row, head.size);
    row += bytes_of(head.chain);
    row += bytes_of(head.root);
    return row;
}

/// After all keys that begin with these bytes.
std::string after(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
    if (!prefix.empty()) ++prefix.back();
    return prefix;
}

void add_record(
    tables::WriteSet& writes,
    domain::OrganizationId organization,
    const Hash& subject,
    const Fact& fact
) {
    auto key = subject_key(organization, subject);
    const auto found = writes.get(HistoryTable::subjects, key);
    auto row = found ? decode_subject(*found) : SubjectRow{};
    row.history = ledger::history_with(row.history, ledger::leaf_hash(fact.value));
    ++row.records;
    writes.put(HistoryTable::subjects, key, encode_subject(row));
    tables::append_number(key, row.records);
    std::string sequence;
    tables::append_number(sequence, fact.sequence);
    writes.put(HistoryTable::records, key, sequence);
}

}  // namespace

const tables::Schema& history_schema() {
    static const auto schema = tables::schema_of<HistoryTable>("the store of histories");
    return schema;
}

HistoriesHead find_histories(const tables::Reader& reader, domain::OrganizationId organization) {
    HistoriesHead head;
    const auto row = reader.get(HistoryTable::sizes, organization_key(organization));
    if (!row) return head;
    if (row->size() != kNumber + head.chain.size() + head.root.size()) damaged();
    const std::string_view rest = *row;
    head.size = tables::number_in(rest.substr(0, kNumber));
    std::ranges::copy(rest.substr(kNumber, head.chain.size()), head.chain.begin());
    std::ranges::copy(rest.substr(kNumber + head.chain.size()), head.root.begin());
    return head;
}

std::vector<Sequence> records_of(
    const tables::Reader& reader, domain::OrganizationId organization, const Hash& subject
) {
    const auto from = subject_key(organization, subject);
    std::vector<Sequence> sequences;
    const auto rows = reader.scan(HistoryTable::records, from, after(from));
    for (; rows->valid(); rows->next()) {
        if (rows->value().size() != kNumber) damaged();
        sequences.push_back(tables::number_in(rows->value()));
    }
    return sequences;
}

bool Histories::fits(domain::OrganizationId organization) const {
    const auto head = find_histories(*store_.snapshot(), organization);
    if (head.size == 0) return true;
    const auto fact = journal_.fact(organization, head.size);
    return fact && ledger::sha256(*fact) == head.chain;
}

bool Histories::erase_some(domain::OrganizationId organization) {
    auto writes = store_.write_set();
    const auto reader = store_.snapshot();
    const auto from = organization_key(organization);
    std::size_t left = kRowsAtOnce;
    // The row that says how far it has got is the last one: until then nothing of it is used.
    for (const auto table :
         {HistoryTable::nodes,
          HistoryTable::records,
          HistoryTable::subjects,
          HistoryTable::sizes}) {
        const auto rows = reader->scan(table, from, after(from));
        for (; rows->valid() && left > 0; rows->next(), --left) writes->erase(table, rows->key());
        if (left == 0) break;
    }
    store_.commit(std::move(writes));
    return left == 0;
}

Sequence Histories::advance(domain::OrganizationId organization, Sequence until) {
    auto writes = store_.write_set();
    auto head = find_histories(*writes, organization);
    if (head.size >= until) return head.size;
    const auto limit = std::min<Sequence>(kFactsAtOnce, until - head.size);
    const auto facts = journal_.facts(organization, head.size + 1, limit, kBytesAtOnce);
    if (facts.empty()) throw ledger::StorageError("the journal has lost a fact");
    std::vector<Hash> changed;
    for (const auto& fact : facts) {
        const auto subject = ledger::read_link_and_subject(fact.value).subject;
        if (!subject) continue;
        add_record(*writes, organization, *subject, fact);
        changed.push_back(*subject);
    }
    std::ranges::sort(changed);
    changed.erase(std::ranges::unique(changed).begin(), changed.end());
    if (!changed.empty()) head.root = update_nodes(*writes, organization, changed);
    head.size = facts.back().sequence;
    head.chain = ledger::sha256(facts.back().value);
    writes->put(HistoryTable::sizes, organization_key(organization), encode_head(head));
    store_.commit(std::move(writes));
    return head.size;
}

}  // namespace consularia::journal
