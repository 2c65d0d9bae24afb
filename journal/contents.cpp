#include "journal/contents.hpp"

#include "journal/rows.hpp"
#include "journal/table.hpp"

namespace consularia::journal {

std::optional<ledger::Checkpoint> find_checkpoint(const tables::Reader& reader) {
    const auto rows = reader.scan(Table::meta, kCheckpoints, kAfterCheckpoints);
    if (!rows->valid()) return std::nullopt;
    return ledger::decode_checkpoint(rows->value());
}

bool has_copies(const tables::Reader& reader) {
    return reader.scan(Table::records, {}, {})->valid() ||
           !reader.scan(Table::heads, {}, {})->valid();
}

void for_each_copy(
    const tables::Reader& reader, const std::function<void(std::string value)>& callback
) {
    const auto rows = reader.scan(Table::records, {}, {});
    for (; rows->valid(); rows->next()) callback(std::string(rows->value()));
}

void for_each_head(
    const tables::Reader& reader,
    const std::function<void(domain::OrganizationId, const ledger::Head&)>& callback
) {
    const auto rows = reader.scan(Table::heads, {}, {});
    for (; rows->valid(); rows->next()) {
        const auto organization = organization_in(rows->key());
        callback(organization, find_head(reader, organization));
    }
}

}  // namespace consularia::journal
