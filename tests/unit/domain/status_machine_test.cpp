// The status of an appointment against a model of the status alone: the table of docs/api.md
// (States), driven with random commands and a clock that is sometimes late.
#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace consularia::domain {
namespace {

using namespace samples;

enum class Action { schedule, move, start, complete, tick, join, remove };
enum class Verdict { happened, nothing, refused };

struct Model {
    std::optional<Status> status;
    Timestamp created;
    Timestamp end;
    bool clock_acts = false;

    Verdict enter(Status next, Timestamp now) {
        status = next;
        const bool scheduled_before = next == Status::scheduled && created < end;
        const bool started_before = next == Status::active && now < end;
        clock_acts = scheduled_before || started_before;
        return Verdict::happened;
    }

    Verdict schedule(Timestamp new_end, Timestamp now) {
        if (status) return Verdict::refused;
        created = now;
        end = new_end;
        return enter(Status::scheduled, now);
    }

    Verdict move(Timestamp new_end, Timestamp now) {
        if (status != Status::scheduled && status != Status::missed) return Verdict::refused;
        if (new_end == end) return Verdict::nothing;
        end = new_end;
        return enter(
            status == Status::missed && end <= now ? Status::missed : Status::scheduled, now
        );
    }

    Verdict start(Timestamp now) {
        if (!status || status == Status::completed) return Verdict::refused;
        return status == Status::active ? Verdict::nothing : enter(Status::active, now);
    }

    Verdict complete(Timestamp now) {
        if (status == Status::completed) return Verdict::nothing;
        return status == Status::active ? enter(Status::completed, now) : Verdict::refused;
    }

    /// From a quarter of an hour before the start until the end, half an hour after the start.
    Verdict join(Timestamp now) {
        if (status != Status::scheduled && status != Status::active) return Verdict::refused;
        if (now >= end || now < later(end, -45)) return Verdict::refused;
        return status == Status::active ? Verdict::happened : enter(Status::active, now);
    }

    Verdict tick(Timestamp now) {
        if (!status || !clock_acts || now < end) return Verdict::nothing;
        return enter(status == Status::active ? Status::completed : Status::missed, now);
    }

    Verdict remove() {
        return std::exchange(*this, {}).status ? Verdict::happened : Verdict::refused;
    }
};

Verdict act(Model& model, Action action, Timestamp start, Timestamp now) {
    const Timestamp end = later(start, 30);
    switch (action) {
        case Action::schedule:
            return model.schedule(end, now);
        case Action::move:
            return model.move(end, now);
        case Action::start:
            return model.start(now);
        case Action::complete:
            return model.complete(now);
        case Action::tick:
            return model.tick(now);
        case Action::join:
            return model.join(now);
        case Action::remove:
            return model.remove();
    }
    return Verdict::refused;
}

AppointmentCommand command_for(Action action, Timestamp start) {
    const auto id = appointment_id();
    switch (action) {
        case Action::schedule: {
            auto command = schedule_command();
            command.start = start;
            return command;
        }
        case Action::move:
            return UpdateAppointment{id, {}, {}, start, {}, {}};
        case Action::start:
            return StartAppointment{id, {}};
        case Action::complete:
            return CompleteAppointment{id, {}};
        case Action::tick:
            return EndAppointment{id};
        case Action::join:
            return JoinAppointment{id, ann().id, std::chrono::minutes(15)};
        case Action::remove:
            return DeleteAppointment{id, {}};
    }
    return EndAppointment{id};
}

Verdict act(Appointment& state, const AppointmentCommand& command, Timestamp now) {
    const auto decision = decide(state, command, now);
    if (!decision) return Verdict::refused;
    if (!decision->has_value()) return Verdict::nothing;
    auto next = evolve(state, **decision, {appointment_id(), version_of(state) + 1, now});
    EXPECT_TRUE(next);
    if (next) state = *std::move(next);
    return Verdict::happened;
}

Action pick_action(RandomCommands& random) {
    if (random.one_in(25)) return Action::remove;
    constexpr Action kActions[] = {
        Action::schedule,
        Action::move,
        Action::start,
        Action::complete,
        Action::join,
        Action::tick,
        Action::tick};
    return kActions[random.pick(7)];
}

TEST(Status, FollowsTheModelThroughRandomCommandsAndTheClock) {
    std::map<std::pair<int, Action>, int> happened;  // By the status before, -1 when absent.
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        RandomCommands random(seed);
        Model model;
        Appointment state;
        Timestamp now = kBefore;
        for (int step = 0; step < 200; ++step) {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
            now = later(now, random.pick(20));
            const Timestamp start = later(now, random.pick(5) * 15 - 45);
            const Action action = pick_action(random);
            const int before = model.status ? static_cast<int>(*model.status) : -1;

            const Verdict expected = act(model, action, start, now);
            ASSERT_EQ(act(state, command_for(action, start), now), expected);
            const Details* const details = details_of(state);
            ASSERT_EQ(details != nullptr, model.status.has_value());
            if (details != nullptr) {
                ASSERT_EQ(status_of(state), *model.status);
                ASSERT_EQ(details->awaits_end, model.clock_acts);
            }
            if (expected == Verdict::happened) ++happened[{before, action}];
        }
    }
    // absent: schedule; scheduled and missed: move, start, remove; scheduled and active: tick,
    // join; active: complete, remove; completed: remove.
    EXPECT_EQ(happened.size(), 1U + 3 + 3 + 4 + 2 + 1) << "some transition never came up";
}

TEST(Status, NeverOutlivesAnAwaitedEndThatTheClockHasSeen) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        RandomCommands random(seed);
        Appointment state;
        Timestamp now = kBefore;
        for (int step = 0; step < 100; ++step) {
            now = random.advance(now);
            act(state, random.next(state, now), now);
            act(state, EndAppointment{appointment_id()}, now);
            const Details* const details = details_of(state);
            if (details == nullptr) continue;
            ASSERT_FALSE(details->awaits_end && details->end() <= now) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace consularia::domain
