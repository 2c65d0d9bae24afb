#pragma once
// When an appointment lets its participants in (docs/api.md, Access links).

#include "domain/appointment/appointment.hpp"

#include <string_view>

namespace consularia::domain {

enum class Door { early, open, ended };

[[nodiscard]] constexpr std::string_view to_string(Door door) {
    switch (door) {
        case Door::early:
            return "early";
        case Door::open:
            return "open";
        case Door::ended:
            return "ended";
    }
    return "";
}

/// The first moment of joining: this long before the start, but not before kEarliest.
[[nodiscard]] Timestamp opens_at(const Details& details, std::chrono::microseconds opens_before);

/// Open from opens_at() until the end (exclusive), unless the appointment is already over.
[[nodiscard]] Door door_of(
    Status status, const Details& details, std::chrono::microseconds opens_before, Timestamp now
);

}  // namespace consularia::domain
