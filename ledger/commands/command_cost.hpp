#pragma once
// Approximately how many bytes a command makes us read and write: its cost in the queue.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/commands/command.hpp"

#include <cstddef>
#include <optional>

namespace consularia::ledger {

/// The estimated size of the command's record before it is decided, which is also approximately
/// what the command occupies while it waits. For a command on an existing thing this is the small
/// part: the cost of reading and writing that thing is known only once the command is decided.
[[nodiscard]] std::size_t estimate_bytes(const Submission& submission);

/// What the read models store of an appointment.
struct Extent {
    std::size_t row_bytes = 0;  ///< The state and its JSON.
    std::size_t participants = 0;
    std::optional<domain::Timestamp> start;  ///< Empty when it is absent.
};

[[nodiscard]] Extent extent_of(const domain::Appointment& appointment);

/// Its row, and the entries of the lists that contain it or a participant.
[[nodiscard]] std::size_t written_bytes(const Extent& before, const Extent& after);

/// The row of an organization.
[[nodiscard]] std::size_t row_bytes(const domain::Organization& organization);

}  // namespace consularia::ledger
