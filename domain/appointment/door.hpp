#pragma once
// When an appointment lets its participants in (docs/api.md, Access links).

#include "domain/appointment/appointment.hpp"

namespace consularia::domain {

enum class Door { early, open, ended };

/// The first moment of joining: this many microseconds before the start, but not before kEarliest.
[[nodiscard]] Timestamp opens_at(const Details& details, std::int64_t opens_before_micros);

/// Open from opens_at() until the end (exclusive), unless the appointment is already over.
[[nodiscard]] Door door_of(
    Status status, const Details& details, std::int64_t opens_before_micros, Timestamp now
);

}  // namespace consularia::domain
