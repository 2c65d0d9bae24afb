#pragma once
// About how many bytes a command makes us read and write: what the queue counts as its cost.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/commands/command.hpp"

#include <cstddef>
#include <optional>

namespace consularia::ledger {

/// The record that the command comes to, as far as it can be told before it is decided; about what
/// the command takes up while it waits, too. Of a command on something that exists this is the
/// small part: what it costs to read and to write that is known only once it is decided.
[[nodiscard]] std::size_t estimate_bytes(const Submission& submission);

/// What the read models hold of an appointment.
struct Extent {
    std::size_t row_bytes = 0;  ///< The state, and the JSON that answers.
    std::size_t participants = 0;
    std::optional<domain::Timestamp> start;  ///< Empty when it is absent.
};

[[nodiscard]] Extent extent_of(const domain::Appointment& appointment);

/// Its row, and the entries of the lists in which it or a participant is found.
[[nodiscard]] std::size_t written_bytes(const Extent& before, const Extent& after);

/// The row of an organization.
[[nodiscard]] std::size_t row_bytes(const domain::Organization& organization);

}  // namespace consularia::ledger
