#pragma once
// The tables of the read store, one for each read model.

#include "base/enum_names.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace consularia::projections {

/// Raised whenever a row's key or value changes its form, or the same facts lead to other rows: a
/// store with a different version is rebuilt. What facts can be read needs no number: see
/// ledger/record/vocabulary.hpp.
inline constexpr int kSchemaVersion = 7;

/// keys.hpp makes the keys; the files that own the rows describe their values.
enum class Table : std::uint8_t {
    meta,
    heads,
    frozen,
    organizations,
    organizations_by_creation,
    tokens,
    appointments,
    states,
    activity,
    by_start,
    by_participant,
    by_change,
    ranks,
    idempotency,
    idempotency_age,
    deadlines,
    next_deadlines,
    deadline_starts,
    counted_times,
    changes,
    webhooks,
    webhook_changes,
    history,
    issued_tokens,
};

/// The name that the table is stored under.
[[nodiscard]] constexpr std::string_view to_string(Table table) {
    switch (table) {
        case Table::meta:
            return "meta";
        case Table::heads:
            return "heads";
        case Table::frozen:
            return "frozen";
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
        case Table::by_change:
            return "by_change";
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
        case Table::counted_times:
            return "counted_times";
        case Table::changes:
            return "changes";
        case Table::webhooks:
            return "webhooks";
        case Table::webhook_changes:
            return "webhook_changes";
        case Table::history:
            return "history";
        case Table::issued_tokens:
            return "issued_tokens";
    }
    return "";
}

inline constexpr std::size_t kTableCount = count_of<Table>();

}  // namespace consularia::projections
