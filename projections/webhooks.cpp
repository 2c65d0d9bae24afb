#include "projections/webhooks.hpp"

#include "projections/keys.hpp"
#include "projections/webhook_codec.hpp"

namespace consularia::projections {

domain::Webhooks find_webhooks(const Reader& reader, domain::OrganizationId organization) {
    const auto row = reader.get(Table::webhooks, keys::organization(organization));
    return row ? decode_webhooks(*row) : domain::Webhooks{};
}

std::optional<domain::Webhooks> find_webhook_as_of(
    const Reader& reader, domain::OrganizationId organization, ledger::Sequence sequence
) {
    const auto row = reader.get(Table::webhook_changes, keys::fact(organization, sequence));
    return row ? std::optional(decode_webhooks(*row)) : std::nullopt;
}

std::vector<domain::OrganizationId> organizations_with_webhooks(
    const Reader& reader, std::optional<domain::OrganizationId> after, std::size_t limit
) {
    std::vector<domain::OrganizationId> found;
    const auto from = after ? keys::after(keys::organization(*after)) : "";
    const auto row = reader.scan(Table::webhooks, from, "");
    for (; row->valid() && found.size() < limit; row->next()) {
        found.push_back(keys::organization_in(row->key()));
    }
    return found;
}

}  // namespace consularia::projections
