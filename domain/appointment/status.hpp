#pragma once
// The statuses of appointments, and what each of them means. Every question about a status is one
// exhaustive switch here, or an overload per state in decide.cpp: a new status does not compile
// until all of them are answered.

#include "base/enum_names.hpp"
#include "domain/stored.hpp"

#include <optional>

namespace consularia::domain {

enum class Status { scheduled, active, completed, missed };

[[nodiscard]] constexpr Stored stored_as(Status status) {
    switch (status) {
        case Status::scheduled:
            return {.name = "scheduled", .since = 1, .byte = 0};
        case Status::active:
            return {.name = "active", .since = 1, .byte = 1};
        case Status::completed:
            return {.name = "completed", .since = 1, .byte = 2};
        case Status::missed:
            return {.name = "missed", .since = 1, .byte = 3};
    }
    return {};
}

/// Whether the meeting cannot be entered any more, whatever the time.
[[nodiscard]] constexpr bool is_over(Status status) {
    switch (status) {
        case Status::scheduled:
        case Status::active:
            return false;
        case Status::completed:
        case Status::missed:
            return true;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr bool participants_may_change(Status status) {
    switch (status) {
        case Status::scheduled:
        case Status::active:
        case Status::missed:
            return true;
        case Status::completed:
            return false;
    }
    unknown_enumerator();
}

/// Whether title, start, duration and config may change.
[[nodiscard]] constexpr bool may_be_updated(Status status) {
    switch (status) {
        case Status::scheduled:
        case Status::missed:
            return true;
        case Status::active:
        case Status::completed:
            return false;
    }
    unknown_enumerator();
}

/// Whether it can become active.
[[nodiscard]] constexpr bool may_be_started(Status status) {
    switch (status) {
        case Status::scheduled:
        case Status::missed:
            return true;
        case Status::active:
        case Status::completed:
            return false;
    }
    unknown_enumerator();
}

/// What the status becomes at the end of the appointment; empty if the end changes nothing.
[[nodiscard]] constexpr std::optional<Status> status_at_end(Status status) {
    switch (status) {
        case Status::scheduled:
            return Status::missed;
        case Status::active:
            return Status::completed;
        case Status::completed:
        case Status::missed:
            return std::nullopt;
    }
    unknown_enumerator();
}

/// The status once a participant has entered the meeting; empty if nobody can enter it.
[[nodiscard]] constexpr std::optional<Status> status_when_joined(Status status) {
    switch (status) {
        case Status::scheduled:
        case Status::active:
            return Status::active;
        case Status::completed:
        case Status::missed:
            return std::nullopt;
    }
    unknown_enumerator();
}

}  // namespace consularia::domain
