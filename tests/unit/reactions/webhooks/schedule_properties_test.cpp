// Random answers, crashes and restarts: nothing is skipped, nothing overtakes, and few are doubled.
#include "reactions/webhooks/schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace consularia::reactions::webhooks {
namespace {

using namespace std::chrono_literals;

struct Fact {
    std::string subject;
    bool selected = true;
};

/// A webhook, its receiver, and what they remember, driven by one seed.
class Story {
  public:
    explicit Story(unsigned seed) : random_(seed), facts_(1 + pick(300)) {
        limits_.window = 1 + pick(20);
        limits_.in_flight = 1 + pick(4);
        limits_.retries.failing_after = 2h;
        for (auto& fact : facts_) {
            fact = {"s" + std::to_string(pick(8)), pick(4) != 0};
        }
        restart();
    }

    void to_the_end() {
        for (int step = 0; step < 2000; ++step) act(pick(100));
        answers_succeed_ = true;
        for (int step = 0; schedule_->position() < facts_.size() && step < 100'000; ++step) {
            act(pick(90));  // no crashes
        }
        EXPECT_EQ(schedule_->position(), facts_.size());
        for (ledger::Sequence sequence = 1; sequence <= facts_.size(); ++sequence) {
            EXPECT_EQ(received_.contains(sequence), facts_[sequence - 1].selected) << sequence;
        }
    }

  private:
    std::size_t pick(std::size_t limit) { return random_() % limit; }

    void act(std::size_t what) {
        if (what < 30) {
            take_in();
        } else if (what < 60) {
            send();
        } else if (what < 80) {
            answer();
        } else if (what < 90) {
            now_ = schedule_->next_at(now_) ? std::max(now_, *schedule_->next_at(now_)) : now_ + 1s;
        } else if (what < 98) {
            saved_ = schedule_->position();
            saved_delivered_ = delivered_;
        } else {
            crash();
        }
        check();
    }

    void take_in() {
        const auto next = schedule_->read_to() + 1;
        if (next > facts_.size() || !schedule_->has_room()) return;
        const auto& fact = facts_[next - 1];
        if (!fact.selected) return schedule_->leave_out(next);
        if (saved_delivered_.contains(next)) return schedule_->take_delivered(next);
        schedule_->take(next, fact.subject, now_);
    }

    void send() {
        const auto sequence = schedule_->next(now_);
        if (!sequence) return;
        const auto& subject = facts_[*sequence - 1].subject;
        EXPECT_TRUE(in_flight_.emplace(subject, *sequence).second) << "two of " << subject;
        EXPECT_LE(in_flight_.size(), limits_.in_flight);
        for (ledger::Sequence before = 1; before < *sequence; ++before) {
            if (facts_[before - 1].subject == subject && facts_[before - 1].selected) {
                EXPECT_TRUE(received_.contains(before)) << *sequence << " overtakes " << before;
            }
        }
        // A second time only if a crash forgot the first one.
        EXPECT_TRUE(!received_.contains(*sequence) || forgotten_.contains(*sequence)) << *sequence;
    }

    void answer() {
        if (in_flight_.empty()) return;
        const auto one = std::next(in_flight_.begin(), static_cast<long>(pick(in_flight_.size())));
        const auto sequence = one->second;
        in_flight_.erase(one);
        if (!answers_succeed_ && pick(3) == 0) {
            const auto after = pick(4) == 0 ? std::optional(100s) : std::nullopt;
            return schedule_->failed(sequence, now_, after);
        }
        received_.insert(sequence);
        delivered_.insert(sequence);
        schedule_->delivered(sequence, now_);
    }

    /// The receiver may have got what was in flight.
    void crash() {
        for (const auto& [subject, sequence] : in_flight_) {
            if (pick(2) == 0) received_.insert(sequence);
            forgotten_.insert(sequence);
        }
        for (const auto sequence : delivered_) {
            if (sequence > saved_ && !saved_delivered_.contains(sequence)) {
                forgotten_.insert(sequence);
            }
        }
        in_flight_.clear();
        delivered_ = saved_delivered_;
        restart();
    }

    void restart() {
        const auto failing = pick(2) == 0 ? std::optional(now_ - 1h) : std::nullopt;
        schedule_.emplace(
            limits_, [this] { return static_cast<double>(pick(1000)) / 1000; }, saved_, failing
        );
    }

    void check() const {
        ASSERT_EQ(schedule_->in_flight(), in_flight_.size());
        for (ledger::Sequence sequence = 1; sequence <= schedule_->position(); ++sequence) {
            const auto& fact = facts_[sequence - 1];
            ASSERT_TRUE(!fact.selected || received_.contains(sequence)) << "skipped " << sequence;
        }
    }

    std::mt19937 random_;
    std::vector<Fact> facts_;
    ScheduleLimits limits_;
    Schedule::Steady now_ = Schedule::Steady(1000h);
    bool answers_succeed_ = false;
    std::optional<Schedule> schedule_;
    std::map<std::string, ledger::Sequence> in_flight_;  // by subject
    std::set<ledger::Sequence> received_;                // by the receiver, once at least
    std::set<ledger::Sequence> delivered_;               // that the sender knows of
    ledger::Sequence saved_ = 0;
    std::set<ledger::Sequence> saved_delivered_;
    std::set<ledger::Sequence> forgotten_;  // may come again
};

TEST(SchedulePropertiesTest, EveryEventIsDeliveredInOrderAndDoubledOnlyIfACrashForgotIt) {
    for (unsigned seed = 1; seed <= 50 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Story(seed).to_the_end();
    }
}

}  // namespace
}  // namespace consularia::reactions::webhooks
