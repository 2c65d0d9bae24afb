#include "projections/read_store.hpp"

#include "base/check.hpp"

namespace consularia::projections {

std::string_view name_of(Table table) {
    switch (table) {
        case Table::meta:
            return "meta";
        case Table::heads:
            return "heads";
        case Table::organizations:
            return "organizations";
        case Table::organizations_by_creation:
            return "organizations_by_creation";
        case Table::tokens:
            return "tokens";
        case Table::appointments:
            return "appointments";
        case Table::states:
            return "states";
        case Table::activity:
            return "activity";
        case Table::by_start:
            return "by_start";
        case Table::by_participant:
            return "by_participant";
        case Table::ranks:
            return "ranks";
        case Table::idempotency:
            return "idempotency";
        case Table::idempotency_age:
            return "idempotency_age";
        case Table::deadlines:
            return "deadlines";
        case Table::next_deadlines:
            return "next_deadlines";
        case Table::deadline_starts:
            return "deadline_starts";
        case Table::journal:
            return "journal";
        case Table::changes:
            return "changes";
    }
    check_failed("a known table", __FILE__, __LINE__);
}

}  // namespace consularia::projections
