#include "projections/webhook_rows.hpp"

#include "projections/keys.hpp"
#include "projections/webhook_codec.hpp"
#include "projections/webhooks.hpp"

namespace consularia::projections {

tl::expected<domain::Webhooks, domain::ImpossibleTransition> apply_to_webhooks(
    WriteSet& writes, const ledger::Record& record, const ledger::WebhookRecordEvent& fact
) {
    const auto organization = record.organization;
    auto after = evolve(
        find_webhooks(writes, organization),
        fact.event,
        {fact.id, fact.version, record.time, record.sequence}
    );
    if (!after) return after;
    const auto key = keys::organization(organization);
    if (after->all.empty()) {
        writes.erase(Table::webhooks, key);
    } else {
        writes.put(Table::webhooks, key, encode_webhooks(*after));
    }
    if (const auto* const webhook = after->find(domain::target_of(fact.event))) {
        const auto change = keys::fact(organization, record.sequence);
        writes.put(Table::webhook_changes, change, encode_webhooks({{*webhook}}));
    }
    return after;
}

}  // namespace consularia::projections
