#pragma once
// Given the events so far, when a command comes, then these events happen or it is refused:
//     EXPECT_EQ(given({scheduled_event()}).when(StartAppointment{…}), happens({…}));

#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "domain/rejection.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::domain {

using Events = std::vector<AppointmentEvent>;
using Outcome = std::variant<Events, Rejection>;

inline Outcome happens(Events events) {
    return events;
}

inline Outcome nothing_happens() {
    return Events{};
}

inline Outcome refused(Rejection why) {
    return why;
}

/// A state, and the moment of the next event or command.
class Story {
  public:
    explicit Story(Timestamp now) : now_(now) {}

    /// The event happens now. An impossible event fails the test.
    Story& then(const AppointmentEvent& event) {
        const Occurrence occurrence{samples::appointment_id(), version_of(state_) + 1, now_};
        auto evolved = evolve(state_, event, occurrence);
        if (evolved) {
            state_ = *std::move(evolved);
        } else {
            ADD_FAILURE() << "event " << event.index() << " is impossible here";
        }
        return *this;
    }

    /// Sets the moment of what follows.
    Story& at(Timestamp now) {
        now_ = now;
        return *this;
    }

    [[nodiscard]] Outcome when(const AppointmentCommand& command) const {
        auto decision = decide(state_, command, now_);
        if (!decision) return decision.error();
        if (!decision->has_value()) return Events{};
        return Events{**std::move(decision)};
    }

    [[nodiscard]] bool possible(const AppointmentEvent& event) const {
        const Occurrence occurrence{samples::appointment_id(), version_of(state_) + 1, now_};
        return evolve(state_, event, occurrence).has_value();
    }

    [[nodiscard]] const Appointment& state() const { return state_; }

    /// Precondition: not absent.
    [[nodiscard]] const Details& details() const { return *details_of(state_); }

    [[nodiscard]] Status status() const { return status_of(state_); }

  private:
    Appointment state_;
    Timestamp now_;
};

/// All of these at one moment, by default an hour before the sample appointment.
inline Story given(const Events& events, Timestamp now = samples::kBefore) {
    Story story(now);
    for (const auto& event : events) story.then(event);
    return story;
}

// The sample appointment in each status.
inline Story absent() {
    return given({});
}

inline Story scheduled() {
    return given({samples::scheduled_event()});
}

inline Story active() {
    return given({samples::scheduled_event(), AppointmentStarted{}});
}

inline Story completed() {
    return given({samples::scheduled_event(), AppointmentStarted{}, AppointmentCompleted{}});
}

/// It is kAfter.
inline Story missed() {
    return scheduled().at(samples::kEnd).then(AppointmentMissed{}).at(samples::kAfter);
}

inline std::vector<Story> every_existing() {
    return {scheduled(), active(), completed(), missed()};
}

}  // namespace consularia::domain
