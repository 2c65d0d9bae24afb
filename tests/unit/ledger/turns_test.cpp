// Writers that only see the log: which one appends when.
#include "ledger/commands/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// The moment at which this writer may append, if it wants to from now on.
Time next_of(const Turns& turns, Time now) {
    return turns.next(now, now);
}

/// Writer 1, 2 or 3 of three, all of which have been seen, void or not; it knows how long a round
/// takes.
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
    EXPECT_EQ(next_of(turns, kBegin), kBegin);
    turns.saw(2, true, kBegin);
    turns.saw(1, true, kBegin);
    turns.saw(2, true, kBegin);
    EXPECT_EQ(next_of(turns, kBegin), kBegin);
}

TEST(Turns, RecordsThatDoNotTellTheirWriterCountForNothing) {
    Turns turns(kNoWriter);
    turns.saw(kNoWriter, true, kBegin);
    turns.saw(kNoWriter, false, kBegin);
    EXPECT_EQ(next_of(turns, kBegin), kBegin);
}

TEST(Turns, AfterALostRaceTheTurnPassesByNumber) {
    EXPECT_EQ(next_of(contended(2), kBegin), kBegin);
    EXPECT_GT(next_of(contended(3), kBegin), kBegin + kRound);
    EXPECT_GT(next_of(contended(1), kBegin), next_of(contended(3), kBegin) + kRound);

    Turns third = contended(3);
    third.saw(2, true, at(kRound));
    EXPECT_EQ(next_of(third, at(kRound)), at(kRound));
    third.saw(3, true, at(2 * kRound));
    EXPECT_GT(next_of(third, at(2 * kRound)), at(3 * kRound)) << "once round";
    third.saw(1, true, at(3 * kRound));
    third.saw(2, true, at(4 * kRound));
    EXPECT_EQ(next_of(third, at(4 * kRound)), at(4 * kRound));
}

TEST(Turns, ABatchThatComesInPiecesIsOneTurn) {
    Turns third = contended(3);
    third.saw(2, true, at(kRound));
    third.saw(2, true, at(kRound + milliseconds(1)));
    EXPECT_LE(next_of(third, at(kRound + milliseconds(1))), at(kRound + milliseconds(1)));
    third.saw(3, true, at(2 * kRound));
    EXPECT_GT(next_of(third, at(2 * kRound)), at(6 * kRound)) << "it still waits for two others";
}

TEST(Turns, ASilentWriterIsPassedOverAndForgottenUntilItAppends) {
    Turns first = contended(1);
    first.saw(3, true, at(3 * kRound));  // and not 2
    first.saw(1, true, at(4 * kRound));
    const Time without_second = next_of(first, at(4 * kRound));
    EXPECT_LT(without_second, at(7 * kRound)) << "only 3 comes before it";
    first.saw(2, false, at(5 * kRound));
    EXPECT_GT(next_of(first, at(5 * kRound)), without_second) << "now 2 does too";
}

TEST(Turns, AWriterThatIsAloneAgainDoesNotWait) {
    Turns first = contended(1);
    const Time patience = next_of(first, kBegin);
    first.saw(1, true, patience);
    EXPECT_EQ(next_of(first, patience), patience);
}

TEST(Turns, AWriterThatIsNotKnownYetSpeaksAtOnce) {
    EXPECT_EQ(next_of(contended(4), kBegin), kBegin);
}

TEST(Turns, TheyEndSomeTimeAfterTheLastLostRace) {
    Turns first = contended(1);
    const Time later = at(150 * kRound);
    EXPECT_EQ(next_of(first, later), later);
}

TEST(Turns, StrangersWithManyNumbersDoNotMakeAWriterWaitForEver) {
    Turns first(1000);
    for (int i = 0; i < 50; ++i) first.took(std::chrono::seconds(10));
    first.saw(1000, true, kBegin);
    for (Writer writer = 1; writer < 1000; ++writer) first.saw(writer, false, kBegin);
    EXPECT_GT(next_of(first, kBegin), at(kRound));
    EXPECT_LT(next_of(first, kBegin), at(std::chrono::seconds(1)));
}

/// Writers that always have records to append; the appends of each take about a time of its own.
class Hammered {
  public:
    explicit Hammered(const std::vector<microseconds>& rounds) {
        for (const microseconds round : rounds) {
            writers_.push_back(Participant{.turns = Turns(number(writers_.size())), .round = round}
            );
        }
    }

    /// The writer that has nothing to append from now on.
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

    /// In the time since the counts were reset.
    [[nodiscard]] double milliseconds_per_fact() const {
        return std::chrono::duration<double, std::milli>(now_ - since_).count() / facts;
    }

    int voids = 0;
    int facts = 0;

  private:
    struct Participant {
        Turns turns;
        microseconds round{};
        bool silent = false;
        int facts = 0;
        std::optional<Time> appending =
            std::nullopt;           ///< When it lands; till then it sees nothing.
        std::size_t seen = 0;       ///< Entries of the log.
        std::size_t head_seen = 0;  ///< Facts, when it decided.
        Time decided{};
        Time wanted = kBegin;
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

    void append(Participant& writer) {
        random_ = random_ * 6364136223846793005U + 1442695040888963407U;
        const double give_or_take = 0.7 + 0.6 * static_cast<double>(random_ >> 40U) / (1 << 24);
        writer.appending =
            now_ + std::chrono::duration_cast<microseconds>(writer.round * give_or_take);
        writer.head_seen = all_facts_;
        writer.decided = now_;
    }

    /// Lets time pass until the next batch has landed.
    void one_batch() {
        while (true) {
            for (auto& writer : writers_) {
                if (writer.appending) continue;
                catch_up(writer);
                const bool waits = writer.turns.next(now_, writer.wanted) > now_;
                if (!writer.silent && !waits) append(writer);
            }
            const auto next = std::min_element(
                writers_.begin(),
                writers_.end(),
                [](const auto& a, const auto& b) {
                    return a.appending.value_or(Time::max()) < b.appending.value_or(Time::max());
                }
            );
            if (next->appending && *next->appending <= now_) return land(*next);
            now_ += microseconds(250);
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
        writer.wanted = now_;
    }

    std::vector<Participant> writers_;
    std::vector<Entry> log_;
    std::size_t all_facts_ = 0;
    Time now_ = kBegin;
    Time since_ = kBegin;
    std::uint64_t random_ = 1;
};

std::vector<microseconds> equal(std::size_t writers) {
    return std::vector<microseconds>(writers, kRound);
}

TEST(Turns, WritersThatHammerLoseFewRacesAndShareTheLogEvenly) {
    for (const std::size_t writers : {2U, 3U, 5U, 8U}) {
        SCOPED_TRACE(writers);
        Hammered log(equal(writers));
        log.run(3000);
        EXPECT_LT(log.voids, 0.3 * log.facts);
        for (std::size_t i = 0; i < writers; ++i) {
            EXPECT_GT(log.facts_of(i) * static_cast<int>(writers), 0.7 * log.facts) << i;
        }
        EXPECT_LT(log.milliseconds_per_fact(), 14);
    }
}

TEST(Turns, SlowWritersGetTheirTurnBesideFastOnes) {
    const std::vector<std::vector<microseconds>> all{
        {milliseconds(3), milliseconds(10)},
        {milliseconds(3), milliseconds(20)},
        {milliseconds(2), milliseconds(45)},
        {milliseconds(3), milliseconds(3), milliseconds(20)},
        {milliseconds(3), milliseconds(20), milliseconds(40)}};
    for (const auto& rounds : all) {
        Hammered log(rounds);
        log.run(3000);
        EXPECT_LT(log.voids, 0.3 * log.facts);
        for (std::size_t i = 0; i < rounds.size(); ++i) {
            EXPECT_GT(log.facts_of(i) * static_cast<int>(rounds.size()), 0.5 * log.facts)
                << rounds[i].count() << " us of " << rounds.size() << " writers";
        }
    }
}

TEST(Turns, OneWriterAloneIsNeverHeldUp) {
    Hammered log(equal(1));
    log.run(1000);
    EXPECT_EQ(log.voids, 0);
    EXPECT_LT(log.milliseconds_per_fact(), 12);
}

TEST(Turns, WritersThatFallSilentHoldTheOthersUpOnlyOnce) {
    Hammered log(equal(3));
    log.run(300);
    log.silence(0);
    log.silence(2);
    log.forget_counts();
    log.run(300);
    EXPECT_LT(log.milliseconds_per_fact(), 13);
}

TEST(Turns, NobodyWaitsForLongWhateverAStrangerWrites) {
    Turns ours(30);
    ours.saw(30, true, kBegin);
    ours.saw(20, false, kBegin);
    Time now = kBegin;
    for (int i = 0; i < 5000 && ours.next(now, kBegin) > now; ++i) {
        now += milliseconds(2);
        ours.saw(10, true, now);
        if (i % 25 == 0) ours.saw(20, false, now);
        if (i % 40 == 0) ours.saw(30, false, now);
    }
    EXPECT_LE(now, at(milliseconds(502)));
}

}  // namespace
}  // namespace consularia::ledger
