#include "journal/journal.hpp"

#include "journal/contents.hpp"
#include "journal/judging.hpp"
#include "journal/table.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/record_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace consularia::journal {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A log that can be asked for its records.
class PlainLog final : public ledger::Records {
  public:
    std::vector<ledger::LogEntry> read(
        ledger::Partition partition, ledger::Position from, std::size_t limit
    ) const override {
        std::vector<ledger::LogEntry> entries;
        if (partition != 0) return entries;
        for (auto at = from; at < values.size() && entries.size() < limit; ++at) {
            entries.push_back({at, values[at]});
        }
        return entries;
    }

    std::vector<std::string> values;
};

/// Judges the entries and keeps them; says which are facts.
std::vector<bool> facts_of(
    Journal& journal, ledger::Partition partition, const std::vector<ledger::LogEntry>& entries
) {
    std::vector<bool> facts;
    Judging judging(journal, partition);
    for (const auto& entry : entries) facts.push_back(judging.judge(entry).fact);
    judging.commit();
    return facts;
}

/// Over a log that keeps its records, or with copies of them.
class JournalTest : public testing::TestWithParam<bool> {
  protected:
    JournalTest() { open(journal_); }

    void open(Journal& journal) { journal.open({"log", 1, GetParam() ? nullptr : &log_}); }

    /// Appends to the log and judges it.
    std::vector<bool> judge(std::vector<std::string> values) {
        auto verdicts = facts_of(journal_, 0, entries(values, journal_.next_position(0)));
        for (auto& value : values) log_.values.push_back(std::move(value));
        return verdicts;
    }

    [[nodiscard]] std::vector<std::string> values_of(const History& history, ledger::Sequence from)
        const {
        std::vector<std::string> values;
        for (const auto& fact : journal_.facts(history.organization(), from, 100)) {
            EXPECT_EQ(fact.sequence, from + values.size());
            EXPECT_EQ(log_.values.at(fact.position), fact.value);
            values.push_back(fact.value);
        }
        return values;
    }

    PlainLog log_;
    test::MemoryStore store_{count_of<Table>()};
    Journal journal_{store_};
};

TEST_P(JournalTest, KeepsTheFactsOfEachOrganizationAsTheBytesThatTheyAre) {
    History one(1);
    History other(2);
    const std::vector values{one.create(), other.create(), one.schedule(), one.schedule()};
    EXPECT_THAT(
        judge({values[0], "void", values[1], values[2], values[2], values[3]}),
        ElementsAre(true, false, true, true, false, true)
    );
    EXPECT_EQ(journal_.next_position(0), 6U);
    EXPECT_THAT(values_of(one, 1), ElementsAre(values[0], values[2], values[3]));
    EXPECT_THAT(values_of(one, 3), ElementsAre(values[3]));
    EXPECT_THAT(values_of(one, 4), IsEmpty());
    EXPECT_THAT(values_of(other, 1), ElementsAre(values[1]));
    EXPECT_EQ(journal_.fact(one.organization(), 2), values[2]);
    EXPECT_EQ(journal_.fact(one.organization(), 4), std::nullopt);
    EXPECT_EQ(journal_.fact(organization_id(3), 1), std::nullopt);
    EXPECT_EQ(journal_.head(one.organization()).sequence, 3U);
    EXPECT_EQ(journal_.head(one.organization()).hash, one.head().hash);
    EXPECT_EQ(journal_.head(organization_id(3)), ledger::Head{});
}

TEST_P(JournalTest, AFactThatThisBinaryCannotReadIsAFact) {
    History history;
    const auto created = history.create();
    const auto strange = history.add_unknown_type();
    EXPECT_THAT(judge({created, strange}), ElementsAre(true, true));
    EXPECT_EQ(journal_.fact(history.organization(), 2), strange);
}

TEST_P(JournalTest, RecordsThatWereJudgedBeforeGetTheSameVerdictsAndChangeNothing) {
    History one(1);
    const std::vector values{one.create(), std::string("void"), one.schedule()};
    const auto first = judge(values);
    const auto rows = store_.rows(Table::places);
    EXPECT_EQ(facts_of(journal_, 0, entries(values)), first);
    const auto more = one.schedule();
    log_.values.push_back(more);
    EXPECT_THAT(facts_of(journal_, 0, entries({values[2], more}, 2)), ElementsAre(true, true))
        << "some of them are new";
    EXPECT_EQ(store_.rows(Table::places).size(), rows.size() + 1);
    EXPECT_THAT(values_of(one, 1), ElementsAre(values[0], values[2], more));
}

TEST_P(JournalTest, ARangeOfFactsEndsAtItsLimits) {
    History history;
    std::vector values{history.create()};
    for (int i = 0; i < 9; ++i) values.push_back(history.schedule());
    judge(values);
    EXPECT_THAT(journal_.facts(history.organization(), 2, 3), SizeIs(3));
    EXPECT_THAT(journal_.facts(history.organization(), 1, 100, 0), SizeIs(1));
    EXPECT_THAT(
        journal_.facts(history.organization(), 1, 100, values[0].size() + values[1].size() - 1),
        SizeIs(2)
    );
}

TEST_P(JournalTest, AReplayHasTheFactsInLogOrderAndEndsWhereTheJournalDoes) {
    History one(1);
    History other(2);
    const std::vector values{one.create(), other.create(), one.schedule()};
    judge({values[0], "void", values[1], values[2], "void"});
    log_.values.emplace_back("not read yet");
    std::vector<std::string> replayed;
    ledger::Position from = 0;
    for (auto replay = journal_.replay(0, from); replay.through.next > from;
         replay = journal_.replay(0, from)) {
        Judging judging(journal_, 0);
        for (const auto& entry : replay.entries) {
            if (judging.judge(entry).fact) replayed.push_back(entry.value);
        }
        from = replay.through.next;
        EXPECT_EQ(replay.through.ledger_identity, "log");
    }
    EXPECT_EQ(from, 5U);
    EXPECT_EQ(replayed, values);
    EXPECT_EQ(journal_.replay(0, 4).through.last_hash, ledger::sha256("void"));
}

TEST_P(JournalTest, WhatIsNotCommittedIsNotKept) {
    History history;
    {
        Judging judging(journal_, 0);
        EXPECT_TRUE(judging.judge({0, history.create()}).fact);
    }
    EXPECT_EQ(journal_.next_position(0), 0U);
    EXPECT_EQ(journal_.head(history.organization()), ledger::Head{});
}

TEST_P(JournalTest, OutlivesItsObjects) {
    History history;
    const auto created = history.create();
    judge({created});
    Journal again(store_);
    open(again);
    EXPECT_EQ(again.next_position(0), 1U);
    EXPECT_EQ(again.fact(history.organization(), 1), created);
    const ledger::Checkpoint expected{"log", 1, ledger::sha256(created)};
    EXPECT_EQ(read_checkpoint(*store_.snapshot(), 0), expected);
}

TEST_P(JournalTest, WakesThoseWhoWatchAnOrganizationWithNewFacts) {
    History one(1);
    History other(2);
    std::map<std::string, int> woken;
    auto first = journal_.watches().watch(one.organization(), [&] { ++woken["first"]; });
    auto second = journal_.watches().watch(one.organization(), [&] { ++woken["second"]; });
    const auto others = journal_.watches().watch(other.organization(), [&] { ++woken["other's"]; });
    judge({one.create(), one.schedule(), "void"});
    EXPECT_THAT(woken, ElementsAre(std::pair("first", 1), std::pair("second", 1)));
    judge({"void"});
    second = {};
    first = std::move(second);
    judge({one.schedule()});
    EXPECT_THAT(woken, ElementsAre(std::pair("first", 1), std::pair("second", 1)));
}

TEST_P(JournalTest, AMissingRecordIsAnErrorOfTheMachine) {
    History history;
    judge({history.create()});
    log_.values.clear();
    auto writes = store_.write_set();
    for (const auto& [key, value] : store_.rows(Table::records)) writes->erase(Table::records, key);
    store_.commit(std::move(writes));
    EXPECT_THROW((void)journal_.fact(history.organization(), 1), ledger::StorageError);
    EXPECT_THROW((void)journal_.facts(history.organization(), 1, 9), ledger::StorageError);
}

INSTANTIATE_TEST_SUITE_P(Facts, JournalTest, testing::Bool(), [](const auto& given) {
    return given.param ? "Copied" : "InTheLog";
});

TEST(Journal, ARecordInAnotherPartitionThanItsOrganizationsIsNoFact) {
    constexpr ledger::Partition kPartitions = 12;
    test::MemoryJournal of(kPartitions);
    History history;
    const auto own = ledger::partition_of(history.organization(), kPartitions);
    const auto value = history.create();
    for (int round = 0; round < 2; ++round) {
        for (ledger::Partition partition = 0; partition < kPartitions; ++partition) {
            EXPECT_THAT(
                facts_of(of.journal, partition, entries({value})), ElementsAre(partition == own)
            ) << partition;
        }
    }
    EXPECT_THAT(of.journal.replay(own, 0).entries, SizeIs(1));
}

TEST(Journal, RemembersALogOfWhichNothingWasRead) {
    test::MemoryStore store{count_of<Table>()};
    const ledger::Checkpoint empty{"log", 0, {}};
    {
        Journal journal(store);
        journal.open({.identity = "log", .partitions = 2});
        EXPECT_EQ(find_checkpoint(*store.snapshot()), std::nullopt);
        journal.note_log();
        EXPECT_EQ(find_checkpoint(*store.snapshot()), empty);
    }
    Journal journal(store);
    journal.open({.identity = "log", .partitions = 2});
    EXPECT_EQ(journal.next_position(0), 0U);
    EXPECT_THAT(journal.replay(0, 0).entries, IsEmpty());
    History history;
    const auto partition = ledger::partition_of(history.organization(), 2);
    judge_all(journal, partition, entries({history.create()}));
    EXPECT_EQ(journal.next_position(partition), 1U);
}

TEST(Journal, OfAnotherFormatIsRefused) {
    test::MemoryStore store{count_of<Table>()};
    auto writes = store.write_set();
    writes->put(Table::meta, "format", "2");
    store.commit(std::move(writes));
    Journal journal(store);
    EXPECT_THROW(journal.open({}), ledger::StorageError);
}

}  // namespace
}  // namespace consularia::journal
