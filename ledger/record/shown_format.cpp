#include "ledger/record/shown_format.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/hash.hpp"

namespace consularia::ledger {

std::optional<WriteFormat> shown_format(const Envelope& record, bool marked) {
    if (marked) return WriteFormat::marked;
    const bool by_client =
        !record.request_id.empty() && !parse_id<domain::EventId>(record.request_id);
    if (by_client) return WriteFormat::verbatim;
    if (!record.idempotency) return std::nullopt;
    return parse_hash(record.idempotency->key) ? WriteFormat::keyed : WriteFormat::verbatim;
}

}  // namespace consularia::ledger
