#pragma once
// The state of one appointment: a variant with one alternative per status.

#include "base/enum_names.hpp"
#include "base/shared.hpp"
#include "domain/appointment/status.hpp"
#include "domain/ids.hpp"
#include "domain/limits.hpp"
#include "domain/stored.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"
#include "domain/transition.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::domain {

enum class Role { moderator, participant };

[[nodiscard]] constexpr Stored stored_as(Role role) {
    switch (role) {
        case Role::moderator:
            return {.name = "moderator", .since = 1, .byte = 0};
        case Role::participant:
            return {.name = "participant", .since = 1, .byte = 1};
    }
    return {};
}

/// Whole minutes.
class Duration {
  public:
    /// Those of an appointment that was stored.
    [[nodiscard]] static std::optional<Duration> from_minutes(std::int64_t minutes) {
        return between(limits::kShortest.stored, limits::kLongest.stored, minutes);
    }

    /// Those of a new one.
    [[nodiscard]] static std::optional<Duration> accept_minutes(std::int64_t minutes) {
        return between(limits::kShortest.accepted, limits::kLongest.accepted, minutes);
    }

    [[nodiscard]] int minutes() const { return minutes_; }

    friend auto operator<=>(const Duration&, const Duration&) = default;

  private:
    explicit Duration(int minutes) : minutes_(minutes) {}

    static std::optional<Duration> between(
        std::size_t shortest, std::size_t longest, std::int64_t minutes
    ) {
        if (std::cmp_less(minutes, shortest) || std::cmp_greater(minutes, longest)) {
            return std::nullopt;
        }
        return Duration(static_cast<int>(minutes));
    }

    int minutes_;
};

enum class Feature { breakout_rooms, whiteboard, chat, join_screen, screenshare, raise_hand };

/// The name is the feature's key.
[[nodiscard]] constexpr Stored stored_as(Feature feature) {
    switch (feature) {
        case Feature::breakout_rooms:
            return {.name = "breakout_rooms_enabled", .since = 1, .byte = 0};
        case Feature::whiteboard:
            return {.name = "whiteboard_enabled", .since = 1, .byte = 1};
        case Feature::chat:
            return {.name = "chat_enabled", .since = 1, .byte = 2};
        case Feature::join_screen:
            return {.name = "join_screen_enabled", .since = 1, .byte = 3};
        case Feature::screenshare:
            return {.name = "screenshare_enabled", .since = 1, .byte = 4};
        case Feature::raise_hand:
            return {.name = "raise_hand_enabled", .since = 1, .byte = 5};
    }
    return {};
}

/// The features that were switched on or off, in the order in which they were given. Two are equal
/// if the same features have the same values, in any order.
class Config {
  public:
    /// The last value given for a feature wins.
    void set(Feature feature, bool enabled);

    [[nodiscard]] const std::vector<std::pair<Feature, bool>>& entries() const { return entries_; }

    friend bool operator==(const Config& a, const Config& b) {
        return std::is_permutation(
            a.entries_.begin(), a.entries_.end(), b.entries_.begin(), b.entries_.end()
        );
    }

  private:
    std::vector<std::pair<Feature, bool>> entries_;
};

struct Participant {
    ParticipantId id;
    UniqueId unique_id;
    std::optional<DisplayName> display_name;
    Role role{};
    Version version = 0;  ///< The appointment's version at which this participant last changed.

    friend bool operator==(const Participant&, const Participant&) = default;
};

/// When a participant last joined with an access link.
struct LastJoin {
    ParticipantId participant;
    Timestamp time;

    friend bool operator==(const LastJoin&, const LastJoin&) = default;
};

/// What every existing appointment has, whatever its status.
struct Details {
    AppointmentId id;
    Title title;
    Timestamp start;
    Duration duration;
    Config config;
    Shared<std::vector<Participant>> participants;  ///< In the order in which they were added.
    Timestamp created_at;
    Timestamp updated_at;  ///< When the representation last changed.
    Version version = 0;
    /// The clock acts at the end: the appointment was scheduled, updated or started before its end.
    bool awaits_end = false;
    /// The version at which the representation last changed: its ETag. A join that changes no state
    /// is an event and a version, but does not change the representation.
    Version tag = 0;
    Shared<std::vector<LastJoin>> joins;  ///< One per participant who has joined, by id.

    [[nodiscard]] Timestamp end() const { return start + std::chrono::minutes(duration.minutes()); }

    friend bool operator==(const Details&, const Details&) = default;
};

/// It never existed, or was deleted.
struct Absent {
    friend bool operator==(const Absent&, const Absent&) = default;
};

/// An appointment with one status.
template <Status kStatus>
struct In {
    static constexpr Status kIs = kStatus;
    Details details;

    friend bool operator==(const In&, const In&) = default;
};

using Scheduled = In<Status::scheduled>;
using Active = In<Status::active>;
using Completed = In<Status::completed>;
using Missed = In<Status::missed>;

namespace detail {

template <std::size_t... kIndexes>
std::variant<Absent, In<kAllOf<Status>[kIndexes]>...> any_of(std::index_sequence<kIndexes...>);

}  // namespace detail

/// Absent, or In each of the statuses, in their order.
using Appointment = decltype(detail::any_of(std::make_index_sequence<count_of<Status>()>()));

/// Null when absent.
[[nodiscard]] const Details* details_of(const Appointment& appointment);
/// Precondition: not absent.
[[nodiscard]] Status status_of(const Appointment& appointment);
/// The alternative of this status with these details.
[[nodiscard]] Appointment with_status(Status status, Details details);
/// 0 when absent.
[[nodiscard]] Version version_of(const Appointment& appointment);
[[nodiscard]] Version tag_of(const Appointment& appointment);
/// Null when the appointment has no such participant.
[[nodiscard]] const Participant* find_participant(const Details& details, ParticipantId id);
/// Empty when the participant has not joined yet.
[[nodiscard]] std::optional<Timestamp> last_join(const Details& details, ParticipantId id);

/// For each of these unique_ids, whether it is in the appointment already or earlier in the list.
/// An empty entry (a unique_id that could not be read) is never a duplicate.
[[nodiscard]] std::vector<bool> find_duplicates(
    const std::vector<Participant>& present, const std::vector<std::optional<UniqueId>>& added
);

}  // namespace consularia::domain
