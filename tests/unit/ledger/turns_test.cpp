// Writers that only see the log: who appends when.
#include "ledger/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <queue>
#include <vector>

namespace consularia::ledger {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Time = Turns::Time;

constexpr Time kBegin{std::chrono::hours(1)};
constexpr microseconds kRound{10'000};

Time at(std::chrono::microseconds time) {
    return kBegin + time;
}

/// Writer 1, 2 or 3 of three that all have been seen, void or not; it knows what a round takes.
Turns contended(Writer self) {
    Turns turns(self);
    for (int i = 0; i < 50; ++i) turns.took(kRound);
    turns.saw(1, true, kBegin);
    turns.saw(2, false, kBegin);
    turns.saw(3, false, kBegin);
    return turns;
}

TEST(Turns, NobodyWaitsWithoutLostRaces) {
    Turns turns(1);
    EXPECT_EQ(turns.next(kBegin), kBegin);
    turns.saw(2, true, kBegin);
    turns.saw(1, true, kBegin);
    turns.saw(2, true, kBegin);
    EXPECT_EQ(turns.next(kBegin), kBegin);
}

TEST(Turns, RecordsThatDoNotTellTheirWriterCountForNothing) {
    Turns turns(kNoWriter);
    turns.saw(kNoWriter, true, kBegin);
    turns.saw(kNoWriter, false, kBegin);
    EXPECT_EQ(turns.next(kBegin), kBegin);
}

TEST(Turns, AfterALostRaceTheTurnPassesByNumber) {
    EXPECT_EQ(contended(2).next(kBegin), kBegin);
    EXPECT_GT(contended(3).next(kBegin), kBegin + kRound);
    EXPECT_GT(contended(1).next(kBegin), contended(3).next(kBegin) + kRound);

    Turns third = contended(3);
    third.saw(2, true, at(kRound));
    EXPECT_EQ(third.next(at(kRound)), at(kRound));
    third.saw(3, true, at(2 * kRound));
    EXPECT_GT(third.next(at(2 * kRound)), at(3 * kRound)) << "once round";
    third.saw(1, true, at(3 * kRound));
    third.saw(2, true, at(4 * kRound));
    EXPECT_EQ(third.next(at(4 * kRound)), at(4 * kRound));
}

TEST(Turns, ABatchThatComesInPiecesIsOneTurn) {
    Turns third = contended(3);
    third.saw(2, true, at(kRound));
    third.saw(2, true, at(kRound + milliseconds(1)));
    EXPECT_EQ(third.next(at(kRound + milliseconds(1))), at(kRound + milliseconds(1)));
    third.saw(3, true, at(2 * kRound));
    EXPECT_GT(third.next(at(2 * kRound)), at(6 * kRound)) << "it still waits for two others";
}

TEST(Turns, WhoIsSilentIsPassedOverAndForgottenUntilItSpeaks) {
    Turns first = contended(1);
    first.saw(3, true, at(3 * kRound));  // and not 2
    first.saw(1, true, at(4 * kRound));
    const Time without_second = first.next(at(4 * kRound));
    EXPECT_LT(without_second, at(7 * kRound)) << "only 3 comes before it";
    first.saw(2, false, at(5 * kRound));
    EXPECT_GT(first.next(at(5 * kRound)), without_second) << "now 2 does too";
}

TEST(Turns, WhoIsAloneAgainDoesNotWait) {
    Turns first = contended(1);
    const Time patience = first.next(kBegin);
    first.saw(1, true, patience);
    EXPECT_EQ(first.next(patience), patience);
}

TEST(Turns, AWriterThatIsNotKnownYetSpeaksAtOnce) {
    EXPECT_EQ(contended(4).next(kBegin), kBegin);
}

TEST(Turns, TheyEndSomeTimeAfterTheLastLostRace) {
    Turns first = contended(1);
    const Time later = at(150 * kRound);
    EXPECT_EQ(first.next(later), later);
}

TEST(Turns, StrangersWithManyNumbersDoNotMakeAWriterWaitForEver) {
    Turns first(1000);
    for (int i = 0; i < 50; ++i) first.took(std::chrono::seconds(10));
    first.saw(1000, true, kBegin);
    for (Writer writer = 1; writer < 1000; ++writer) first.saw(writer, false, kBegin);
    EXPECT_GT(first.next(kBegin), at(kRound));
    EXPECT_LT(first.next(kBegin), at(std::chrono::seconds(1)));
}

/// So many writers that always have something to say, and a log that takes one batch at a time.
class Hammered {
  public:
    explicit Hammered(std::size_t writers) {
        for (Writer i = 1; i <= writers; ++i) writers_.push_back({Turns(i * 7919 % 101), {}, 0, 0});
    }

    /// The writer that has nothing to say from now on.
    void silence(std::size_t writer) { writers_[writer].silent = true; }

    void run(int batches) {
        for (int i = 0; i < batches; ++i) one_batch();
    }

    void forget_counts() {
        voids = facts = 0;
        for (auto& writer : writers_) writer.facts = 0;
        since_ = now_;
    }

    [[nodiscard]] int facts_of(std::size_t writer) const { return writers_[writer].facts; }

    /// Of the time since the counts were forgotten, in rounds per fact.
    [[nodiscard]] double rounds_per_fact() const {
        return std::chrono::duration<double>(now_ - since_) / kRound / facts;
    }

    int voids = 0;
    int facts = 0;

  private:
    struct Participant {
        Turns turns;
        std::optional<Time> appending;  ///< When its batch lands; it sees nothing until then.
        std::size_t seen = 0;           ///< Entries of the log.
        int facts;
        bool silent = false;
        std::size_t head_seen = 0;  ///< How many facts it had seen when it decided.
        Time decided{};
    };

    struct Entry {
        Writer writer;
        bool fact;
    };

    [[nodiscard]] static Writer number(std::size_t i) { return (i + 1) * 7919 % 101; }

    void catch_up(Participant& writer) {
        for (; writer.seen < log_.size(); ++writer.seen) {
            writer.turns.saw(log_[writer.seen].writer, log_[writer.seen].fact, now_);
        }
    }

    /// Lets time pass until the next batch has landed.
    void one_batch() {
        while (true) {
            for (auto& writer : writers_) {
                if (writer.appending) continue;
                catch_up(writer);
                if (writer.silent || writer.turns.next(now_) > now_) continue;
                // An append waits for those before it.
                free_at_ = std::max(free_at_, now_) + kRound;
                writer.appending = free_at_;
                writer.head_seen = all_facts_;
                writer.decided = now_;
            }
            const auto next = std::min_element(
                writers_.begin(),
                writers_.end(),
                [](const auto& a, const auto& b) {
                    return a.appending.value_or(Time::max()) < b.appending.value_or(Time::max());
                }
            );
            if (next->appending && *next->appending <= now_) return land(*next);
            now_ += milliseconds(1);
        }
    }

    void land(Participant& writer) {
        const bool fact = writer.head_seen == all_facts_;
        const auto place = static_cast<std::size_t>(&writer - writers_.data());
        log_.push_back({number(place), fact});
        all_facts_ += fact ? 1 : 0;
        (fact ? facts : voids) += 1;
        writer.facts += fact ? 1 : 0;
        writer.turns.took(std::chrono::duration_cast<microseconds>(now_ - writer.decided));
        writer.appending.reset();
    }

    std::vector<Participant> writers_;
    std::vector<Entry> log_;
    std::size_t all_facts_ = 0;
    Time now_ = kBegin;
    Time since_ = kBegin;
    Time free_at_ = kBegin;
};

TEST(Turns, WritersThatHammerLoseFewRacesAndShareTheLogEvenly) {
    for (const std::size_t writers : {2U, 3U, 5U, 8U}) {
        SCOPED_TRACE(writers);
        Hammered log(writers);
        log.run(3000);
        EXPECT_LT(log.voids, 0.3 * log.facts);
        for (std::size_t i = 0; i < writers; ++i) {
            EXPECT_GT(log.facts_of(i) * static_cast<int>(writers), 0.7 * log.facts) << i;
        }
        EXPECT_LT(log.rounds_per_fact(), 1.4);
    }
}

TEST(Turns, OneWriterAloneIsNeverHeldUp) {
    Hammered log(1);
    log.run(1000);
    EXPECT_EQ(log.voids, 0);
    EXPECT_LT(log.rounds_per_fact(), 1.2);
}

TEST(Turns, WritersThatFallSilentHoldTheOthersUpOnlyOnce) {
    Hammered log(3);
    log.run(300);
    log.silence(0);
    log.silence(2);
    log.forget_counts();
    log.run(300);
    EXPECT_LT(log.rounds_per_fact(), 1.3);
}

}  // namespace
}  // namespace consularia::ledger
