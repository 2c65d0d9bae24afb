// Properties of every command in every state, tried with random ones. A failure names its seed.
#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace consularia::domain {
namespace {

using namespace samples;

constexpr std::uint32_t kWalks = 300;
constexpr int kSteps = 100;

/// One command that led to something.
struct Step {
    Appointment before;
    AppointmentCommand command;
    AppointmentEvent event;
    Occurrence occurrence;
    Appointment after;
};

/// Random commands, beginning without an appointment; calls seen(step, random) after each that led
/// to an event.
template <class Seen>
void walk(std::uint32_t seed, Seen seen) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomCommands random(seed);
    Appointment state;
    Timestamp now = kBefore;
    for (int i = 0; i < kSteps; ++i) {
        now = random.advance(now);
        const auto command = random.next(state, now);
        const auto decision = decide(state, command, now);
        if (!decision || !decision->has_value()) continue;
        const Occurrence occurrence{target_of(command), version_of(state) + 1, now};
        const auto evolved = evolve(state, **decision, occurrence);
        ASSERT_TRUE(evolved) << "decided, but impossible: command " << command.index();
        seen(Step{state, command, **decision, occurrence, *evolved}, random);
        if (testing::Test::HasFatalFailure()) return;
        state = *evolved;
    }
}

/// decide admits nobody twice. (evolve does not look at personal values.)
void expect_different_persons(const Details& details) {
    std::set<UniqueId> unique_ids;
    for (const auto& participant : *details.participants) {
        EXPECT_TRUE(unique_ids.insert(participant.unique_id).second);
    }
}

void expect_sound(const Details& details) {
    std::set<ParticipantId> ids;
    for (const auto& participant : *details.participants) {
        EXPECT_TRUE(ids.insert(participant.id).second);
        EXPECT_GE(participant.version, 1U);
        EXPECT_LE(participant.version, details.tag);
    }
    EXPECT_LE(details.tag, details.version);
    for (const auto& join : *details.joins) EXPECT_TRUE(ids.contains(join.participant));
    EXPECT_TRUE(std::ranges::is_sorted(*details.joins, {}, &LastJoin::participant));
    EXPECT_LE(ids.size(), limits::kParticipants.stored);
}

/// The state without the marks that every event leaves.
Appointment without_marks(const Appointment& state) {
    if (details_of(state) == nullptr) return state;
    Details details = *details_of(state);
    details.version = 0;
    details.tag = 0;
    details.updated_at = {};
    details.joins = {};
    return with_status(status_of(state), details);
}

TEST(AnyCommand, LeadsToAnEventThatIsPossibleAndChangesTheState) {
    std::set<std::size_t> met;
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        walk(seed, [&](const Step& step, RandomCommands&) {
            met.insert(step.event.index());
            // Joining an active appointment leaves no other trace in its state.
            if (!std::holds_alternative<ParticipantJoined>(step.event)) {
                EXPECT_NE(without_marks(step.before), without_marks(step.after));
            }
            const Details* const details = details_of(step.after);
            if (std::holds_alternative<AppointmentDeleted>(step.event)) {
                ASSERT_EQ(details, nullptr);
                return;
            }
            ASSERT_NE(details, nullptr);
            EXPECT_EQ(details->version, version_of(step.before) + 1);
            const bool shown = without_marks(step.before) != without_marks(step.after);
            EXPECT_EQ(shows(step.event), shown);
            EXPECT_EQ(details->tag, shown ? details->version : tag_of(step.before));
            EXPECT_EQ(details->updated_at == step.occurrence.time, shown);
            expect_sound(*details);
            expect_different_persons(*details);
        });
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_EQ(met.size(), std::variant_size_v<AppointmentEvent>) << "some event never came up";
}

/// A join for as long as it is the same joining, the others until something else happens.
TEST(AnyCommand, MayBeRetriedAtOnceWithoutASecondEvent) {
    std::set<std::size_t> retried;
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        walk(seed, [&](const Step& step, RandomCommands& random) {
            retried.insert(step.command.index());
            const bool joined = std::holds_alternative<JoinAppointment>(step.command);
            const Timestamp now = joined ? step.occurrence.time + std::chrono::microseconds(1)
                                         : random.advance(step.occurrence.time);
            const auto again = decide(step.after, step.command, now);
            ASSERT_TRUE(!again || !again->has_value()) << "command " << step.command.index();
        });
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_EQ(retried.size(), std::variant_size_v<AppointmentCommand>);
}

/// These commands have their effect once in the life of an appointment, whatever happens in
/// between. The others have it again when something else undid it: an update back and forth, a
/// participant who was removed and added again, an end that was moved.
bool is_final(const AppointmentCommand& command) {
    return std::holds_alternative<StartAppointment>(command) ||
           std::holds_alternative<CompleteAppointment>(command) ||
           std::holds_alternative<DeleteAppointment>(command) ||
           std::holds_alternative<RemoveParticipants>(command) ||
           std::holds_alternative<RemoveParticipant>(command);
}

TEST(FinalCommands, MayBeRetriedAtAnyTimeWithoutASecondEvent) {
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        std::vector<AppointmentCommand> done;
        walk(seed, [&](const Step& step, RandomCommands& random) {
            if (is_final(step.command)) done.push_back(step.command);
            const Timestamp now = random.advance(step.occurrence.time);
            for (const auto& command : done) {
                const auto again = decide(step.after, command, now);
                ASSERT_TRUE(!again || !again->has_value()) << "command " << command.index();
            }
            if (std::holds_alternative<Absent>(step.after)) done.clear();
        });
        ASSERT_FALSE(HasFailure());
    }
}

/// Draws a stand-in for each place that holds a personal value, whatever stood there: values that
/// were equal may differ, and values that differed may be equal.
class StandIns {
  public:
    explicit StandIns(std::uint32_t seed) : random_(seed) {}

    [[nodiscard]] AppointmentEvent replace(AppointmentEvent event) {
        std::visit([this](auto& happened) { replace_in(happened); }, event);
        return event;
    }

  private:
    std::string text() { return "stand-in " + std::to_string(random_.pick(2)); }

    std::optional<DisplayName> display_name() {
        if (random_.one_in(3)) return std::nullopt;
        return make_display_name(text());
    }

    void replace_in(std::vector<NewParticipant>& participants) {
        for (auto& participant : participants) {
            participant.unique_id = make_unique_id(text());
            participant.display_name = display_name();
        }
    }

    void replace_in(AppointmentScheduled& event) {
        event.title = make_title(text());
        replace_in(event.participants);
    }

    void replace_in(AppointmentUpdated& event) {
        if (event.title) event.title = Change<Title>{make_title(text()), make_title(text())};
    }

    void replace_in(ParticipantsAdded& event) { replace_in(event.participants); }

    void replace_in(ParticipantsRemoved& event) { replace_in(event.participants); }

    void replace_in(ParticipantUpdated& event) {
        if (!event.display_name) return;
        event.display_name->from = display_name();
        event.display_name->to = display_name();
    }

    void replace_in(AppointmentStarted&) {}

    void replace_in(AppointmentCompleted&) {}

    void replace_in(AppointmentMissed&) {}

    void replace_in(AppointmentDeleted&) {}

    void replace_in(ParticipantJoined&) {}

    RandomCommands random_;
};

/// The state with the same text in place of every personal value.
Appointment without_persons(const Appointment& state) {
    if (details_of(state) == nullptr) return state;
    Details details = *details_of(state);
    details.title = make_title("x");
    auto participants = *details.participants;
    for (auto& participant : participants) {
        participant.unique_id = make_unique_id("x");
        participant.display_name = std::nullopt;
    }
    details.participants = std::move(participants);
    return with_status(status_of(state), std::move(details));
}

TEST(AnyHistory, IsPossibleWithStandInsForItsPersonalValues) {
    std::set<std::size_t> met;
    for (std::uint32_t seed = 0; seed < kWalks; ++seed) {
        StandIns stand_ins(seed);
        Appointment state;
        walk(seed, [&](const Step& step, RandomCommands&) {
            const auto event = stand_ins.replace(step.event);
            if (event != step.event) met.insert(event.index());
            auto evolved = evolve(std::move(state), event, step.occurrence);
            ASSERT_TRUE(evolved) << "event " << event.index();
            state = *std::move(evolved);
            ASSERT_EQ(without_persons(state), without_persons(step.after));
        });
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_EQ(met.size(), 5U) << "some event with personal values never came up";
}

TEST(AnyEvent, NeverAbortsWhateverTheState) {
    std::vector<Appointment> states;
    std::vector<AppointmentEvent> events;
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
        walk(seed, [&](const Step& step, RandomCommands&) {
            states.push_back(step.after);
            events.push_back(step.event);
        });
    }
    std::size_t possible = 0;
    for (const auto& state : states) {
        for (const auto& event : events) {
            const Occurrence occurrence{appointment_id(), version_of(state) + 1, kAfter};
            const auto evolved = evolve(state, event, occurrence);
            if (!evolved) continue;
            ++possible;
            if (const auto* const details = details_of(*evolved)) expect_sound(*details);
        }
    }
    EXPECT_GT(possible, 0U);
}

}  // namespace
}  // namespace consularia::domain
