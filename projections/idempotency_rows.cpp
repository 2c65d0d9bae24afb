#include "projections/idempotency_rows.hpp"

#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "projections/row_codec.hpp"

#include <string>
#include <vector>

namespace consularia::projections {
namespace {

struct Entry {
    ledger::Sequence sequence = 0;
    std::string idempotency_key;
};

void forget(WriteSet& writes, domain::OrganizationId organization, const Entry& entry) {
    writes.erase(Table::idempotency, keys::idempotency(organization, entry.idempotency_key));
    writes.erase(Table::idempotency_age, keys::fact(organization, entry.sequence));
}

/// The first expired entries, oldest first. Raises `head.remembered_since` to the oldest of the
/// others if they are all that expired.
std::vector<Entry> find_outlived(
    const WriteSet& writes,
    const ledger::Envelope& record,
    std::chrono::microseconds ttl,
    HeadRow& head
) {
    const domain::Timestamp limit = record.time - ttl;
    std::vector<Entry> outlived;
    if (!head.remembered_since || *head.remembered_since > limit) return outlived;
    const auto organization = record.organization;
    const auto cursor = writes.scan(
        Table::idempotency_age,
        keys::fact(organization, head.remembered_from),
        keys::after_all(keys::organization(organization))
    );
    for (; cursor->valid() && outlived.size() < kForgottenAtOnce; cursor->next()) {
        const auto remembered = find_remembered(writes, organization, cursor->value());
        if (remembered && remembered->time > limit) {
            head.remembered_since = remembered->time;
            break;
        }
        outlived.push_back({keys::sequence_in(cursor->key()), std::string(cursor->value())});
    }
    if (!cursor->valid()) head.remembered_since.reset();
    return outlived;
}

}  // namespace

void remember(
    WriteSet& writes, const ledger::Envelope& record, std::chrono::microseconds ttl, HeadRow& head
) {
    const auto organization = record.organization;
    for (const auto& entry : find_outlived(writes, record, ttl, head)) {
        forget(writes, organization, entry);
        head.remembered_from = entry.sequence + 1;
    }
    if (!record.idempotency) return;

    const auto key = ledger::remembered_name(record.actor, record.idempotency->key);
    const auto& request_hash = record.idempotency->request_hash;
    if (const auto earlier = find_remembered(writes, organization, key)) {
        forget(writes, organization, {earlier->sequence, key});
    }
    writes.put(
        Table::idempotency,
        keys::idempotency(organization, key),
        encode_remembered({request_hash, record.sequence, record.time})
    );
    writes.put(Table::idempotency_age, keys::fact(organization, record.sequence), key);
    if (!head.remembered_since) head.remembered_since = record.time;
}

}  // namespace consularia::projections
