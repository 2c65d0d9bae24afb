#include "node/reply_names.hpp"

#include "base/overloaded.hpp"

#include <variant>

namespace consularia::node {

std::string_view name_of(const ledger::Reply& reply) {
    return std::visit(
        Overloaded{
            [](const ledger::Accepted&) { return "accepted"; },
            [](const ledger::Unchanged&) { return "unchanged"; },
            [](const ledger::Replayed&) { return "replayed"; },
            [](const ledger::IdempotencyMismatch&) { return "refused"; },
            [](const ledger::Unauthorized&) { return "refused"; },
            [](const ledger::Refused&) { return "refused"; },
            [](const ledger::RecordTooLarge&) { return "refused"; },
            [](const ledger::Frozen&) { return "frozen"; },
            [](const ledger::NoTimeLeft&) { return "no_time_left"; },
            [](const ledger::OutOfStorage&) { return "out_of_storage"; },
            [](const ledger::Unavailable& reply_unavailable) {
                return reply_unavailable.fate_unknown ? "fate_unknown" : "unavailable";
            }},
        reply
    );
}

}  // namespace consularia::node
