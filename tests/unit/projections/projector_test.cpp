// Which records count, the checkpoint, and what a failure leaves behind.
#include "projections/projector.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::IsEmpty;

constexpr std::chrono::microseconds kTtl{1};

TEST(Projector, WritesItsFingerprintIntoANewStoreWithTheFirstRowsAndAcceptsItAgain) {
    test::MemoryReadStore store;
    test::MemoryJournal journal;
    const PlainLinks links;
    EXPECT_EQ(read_checkpoint(*store.snapshot(), 0), std::nullopt);
    for (ledger::Position next = 0; next < 2; ++next) {
        Projector projector(store, journal.journal, {links, samples::codec()}, {kTtl, {}, {}, {}});
        EXPECT_EQ(projector.next_position(0), next);
        const auto before = next == 0 ? "" : expected_fingerprint(links, kTtl);
        EXPECT_EQ(read_fingerprint(*store.snapshot()), before);
        const std::vector<ledger::LogEntry> entries{{next, "void"}};
        ledger::apply_all(projector, 0, entries);
        EXPECT_EQ(read_fingerprint(*store.snapshot()), expected_fingerprint(links, kTtl));
    }
}

TEST(ProjectorDeathTest, RefusesAStoreOfAnotherForm) {
    test::MemoryReadStore store;
    auto writes = store.write_set();
    writes->put(Table::meta, "fingerprint", "0 plain");
    store.commit(std::move(writes));
    test::MemoryJournal journal;
    const PlainLinks links;
    EXPECT_DEATH(
        Projector(store, journal.journal, {links, samples::codec()}, {kTtl, {}, {}, {}}),
        "has_present_form"
    );
}

TEST(Projector, ACheckpointNamesTheLogTheNextPositionAndTheLastRecord) {
    Node node;
    History history;
    node.apply({history.create(), history.schedule()});
    const ledger::Checkpoint expected{"log", 2, history.head().hash};
    EXPECT_EQ(read_checkpoint(node.reader(), 0), expected);
    EXPECT_EQ(node.projector.next_position(0), 2U);
    node.apply("void");
    EXPECT_EQ(
        read_checkpoint(node.reader(), 0), (ledger::Checkpoint{"log", 3, ledger::sha256("void")})
    );
}

TEST(Projector, ApplyingNothingChangesNothing) {
    Node node;
    const auto before = all_rows(node.store);
    EXPECT_TRUE(node.apply(std::vector<std::string>{}).empty());
    EXPECT_THAT(differing_tables(all_rows(node.store), before), IsEmpty());
}

TEST(Projector, VoidRecordsChangeNothingButTheCheckpoint) {
    std::vector<ledger::Position> reported;
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.on_void = [&](auto partition, auto position, auto why) {
        EXPECT_EQ(partition, 0U);
        EXPECT_NE(why, "");
        reported.push_back(position);
    };
    Node node(options);
    History history;
    const auto created = history.create();
    const auto scheduled = history.schedule();
    node.apply({created, scheduled});
    const auto before = rows_beside_meta(node.store);

    History rival;
    rival.set_now(kAfter);
    (void)rival.create();
    (void)rival.schedule();
    auto ahead = history;
    (void)ahead.schedule(5);
    const std::vector voids{
        std::string("not JSON"),
        std::string("{}"),
        created,            // a duplicate
        scheduled,          // another one
        ahead.schedule(6),  // its predecessor is missing
        rival.schedule(7),  // of another chain
        '[' + created + ']'};
    const auto judged = node.apply(voids);
    ASSERT_EQ(judged.size(), voids.size());
    for (std::size_t i = 0; i < voids.size(); ++i) {
        EXPECT_FALSE(judged[i].fact) << i;
        EXPECT_FALSE(judged[i].frozen) << i;
        EXPECT_EQ(judged[i].position, 2 + i);
        EXPECT_EQ(judged[i].hash, ledger::sha256(voids[i]));
    }
    EXPECT_THAT(differing_tables(rows_beside_meta(node.store), before), IsEmpty());
    EXPECT_EQ(node.projector.next_position(0), 9U);
    EXPECT_EQ(reported, (std::vector<ledger::Position>{2, 3, 4, 5, 6, 7, 8}));
}

TEST(Projector, OfTwoRivalsTheFirstInTheLogIsTheFact) {
    Node node;
    History one;
    const auto created = one.create();
    auto two = one;
    const auto judged = node.apply({created, one.schedule(1), two.schedule(2), one.schedule(3)});
    EXPECT_TRUE(judged[1].fact);
    EXPECT_FALSE(judged[2].fact);
    EXPECT_TRUE(judged[3].fact) << "it follows the winner";
    EXPECT_EQ(count_appointments(node.reader(), one.organization(), {}), 2U);
}

TEST(Projector, ARecordInAnotherPartitionThanItsOrganizationsIsVoid) {
    constexpr ledger::Partition kPartitions = 12;
    test::MemoryReadStore store;
    test::MemoryJournal journal(kPartitions);
    const PlainLinks links;
    Projector projector(store, journal.journal, {links, samples::codec()}, {kTtl, {}, {}, {}});
    History history;
    const auto own = ledger::partition_of(history.organization(), kPartitions);
    const auto value = history.create();
    for (ledger::Partition partition = 0; partition < kPartitions; ++partition) {
        const auto judged = projector.apply(partition, entries({value}), Node::everything);
        EXPECT_EQ(judged.front().fact, partition == own) << partition;
        EXPECT_EQ(projector.next_position(partition), 1U);
    }
}

TEST(Projector, AGapInThePositionsIsAnErrorOfTheMachineAndAppliesNothing) {
    Node node;
    History history;
    const auto created = history.create();
    const auto scheduled = history.schedule();
    const auto before = all_rows(node.store);
    const auto apply = [&](const std::vector<ledger::LogEntry>& log) {
        (void)node.projector.apply(0, log, Node::everything);
    };
    EXPECT_THROW(apply({{1, created}}), ledger::StorageError);
    EXPECT_THROW(apply({{0, created}, {2, scheduled}}), ledger::StorageError);
    EXPECT_THROW(apply({{0, created}, {0, scheduled}}), ledger::StorageError);
    EXPECT_THAT(differing_tables(all_rows(node.store), before), IsEmpty());
    try {
        apply({{0, created}, {7, scheduled}});
        FAIL();
    } catch (const ledger::StorageError& error) {
        EXPECT_STREQ(error.what(), "The log has a gap: expected position 1, found 7.");
    }
    apply({{0, created}, {1, scheduled}});
    EXPECT_THROW(apply({{1, scheduled}}), ledger::StorageError) << "applied already";
}

/// A memory store whose commits can be made to fail.
class FailingStore final : public ReadStore {
  public:
    std::shared_ptr<const Reader> snapshot() const override { return rows.snapshot(); }

    std::unique_ptr<WriteSet> write_set() override { return rows.write_set(); }

    void commit(std::unique_ptr<WriteSet> writes) override {
        if (failing) throw ledger::StorageError("no space");
        rows.commit(std::move(writes));
    }

    void flush() override {}

    test::MemoryReadStore rows;
    bool failing = false;
};

TEST(Projector, AFailedCommitAppliesAndReportsNothingAndMayBeRepeated) {
    FailingStore store;
    const PlainLinks links;
    int reports = 0;
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.on_void = [&](auto...) { ++reports; };
    test::MemoryJournal journal;
    Projector projector(store, journal.journal, {links, samples::codec()}, options);
    History history;
    const auto log = entries({history.create(), "void", history.schedule()});
    const auto before = all_rows(store.rows);
    store.failing = true;
    EXPECT_THROW((void)projector.apply(0, log, Node::everything), ledger::StorageError);
    EXPECT_THAT(differing_tables(all_rows(store.rows), before), IsEmpty());
    EXPECT_EQ(reports, 0);
    store.failing = false;
    EXPECT_TRUE(projector.apply(0, log, Node::everything).back().fact);
    EXPECT_EQ(reports, 1);
}

TEST(Projector, AnApplyEndsAtItsBudgetAndSaysHowFarItCame) {
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.apply_bytes = 20'000;
    Node small(options);
    Node large({kTtl, {}, {}, {}});
    History history;
    std::vector values{history.create()};
    for (std::uint32_t i = 1; i <= 100; ++i) values.push_back(history.schedule(i));
    const auto log = entries(values);
    const auto judged = small.projector.apply(0, log, ledger::nothing_awaited);
    EXPECT_GT(judged.size(), 2U);
    EXPECT_LT(judged.size(), 50U);
    const auto next = small.projector.next_position(0);
    EXPECT_EQ(next, judged.size());
    EXPECT_EQ(read_checkpoint(small.reader(), 0)->last_hash, judged.back().hash);
    EXPECT_EQ(count_appointments(small.reader(), history.organization(), {}), next - 1);

    ledger::apply_all(small.projector, 0, std::span(log).subspan(next));
    large.apply(values);
    EXPECT_THAT(differing_tables(all_rows(small.store), all_rows(large.store)), IsEmpty());
}

TEST(Projector, ARecordBeyondTheBudgetIsAppliedByItself) {
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.apply_bytes = 1;
    Node node(options);
    History history;
    const auto log = entries({history.create(), history.schedule(), "void"});
    for (ledger::Position next = 1; next <= log.size(); ++next) {
        const auto rest = std::span(log).subspan(next - 1);
        EXPECT_EQ(node.projector.apply(0, rest, Node::everything).size(), 1U);
        EXPECT_EQ(node.projector.next_position(0), next);
    }
}

TEST(Projector, StatesAndDocumentsAreKeptOnlyWhereTheyAreWanted) {
    using ledger::Wanted;
    for (const auto wanted : {Wanted::verdict, Wanted::state, Wanted::rendering}) {
        Node node;
        History history;
        node.apply(history.create());
        const auto value = history.schedule();
        const auto judged = node.projector.apply(0, entries({value}, 1), [&](const auto& hash) {
            EXPECT_EQ(hash, ledger::sha256(value));
            return ledger::Awaited{wanted};
        });
        EXPECT_EQ(
            domain::version_of(test::appointment_in(judged[0])), wanted == Wanted::verdict ? 0 : 1
        );
        EXPECT_EQ(test::document_in(judged[0]).empty(), wanted != Wanted::rendering);
    }
}

TEST(Projector, DocumentsThatAreKeptCountForTheBudget) {
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.apply_bytes = 20'000;
    History history;
    std::vector values{history.create()};
    for (std::uint32_t i = 1; i <= 100; ++i) values.push_back(history.schedule(i));
    const auto log = entries(values);
    const auto apply = [&](ledger::Wanted wanted) {
        const auto awaited = [=](const auto&) { return ledger::Awaited{wanted}; };
        return Node(options).projector.apply(0, log, awaited).size();
    };
    EXPECT_LT(apply(ledger::Wanted::rendering), apply(ledger::Wanted::verdict));
}

constexpr domain::Timestamp kLongBefore = kBefore - std::chrono::hours(24);

TEST(Projector, AFactWhoseTimeDoesNotFollowCountsAsOfTheNextMoment) {
    std::vector<ledger::Position> reported;
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.on_bad_time = [&](auto, auto position, auto why) {
        EXPECT_NE(why, "");
        reported.push_back(position);
    };
    Node node(options);
    History history;
    const auto created = history.create();
    const auto scheduled = history.schedule();
    const auto time = history.head().time;
    node.apply({created, scheduled});
    for (int changes = 1; changes <= 2; ++changes) {
        history.set_now(kLongBefore);
        const domain::ParticipantsAdded added{guests(static_cast<std::uint32_t>(10 + changes), 1)};
        const auto judged = node.apply(history.add(appointment_id(), added));
        EXPECT_TRUE(judged.fact);
        EXPECT_FALSE(judged.frozen);
        const domain::Timestamp counted = time + std::chrono::microseconds(changes);
        EXPECT_EQ(judged.head.time, counted);
        EXPECT_EQ(find_head(node.reader(), history.organization()).time, counted);
    }
    EXPECT_EQ(reported, (std::vector<ledger::Position>{2, 3}));
    history.set_now(kAfter);
    node.apply(history.add(appointment_id(), domain::AppointmentStarted{}));
    EXPECT_EQ(find_head(node.reader(), history.organization()).time, kAfter);
    EXPECT_EQ(reported.size(), 2U);
    EXPECT_EQ(read_newest(node.reader(), 0), kAfter);
}

TEST(Projector, WhatIsReplayedCountsAsItWasApplied) {
    Node node;
    History history;
    node.apply({history.create(), history.schedule()});
    const auto time = history.head().time;
    history.set_now(kLongBefore);
    const domain::AppointmentUpdated move{
        {}, domain::Change<domain::Timestamp>{kStart, later(kStart, 15)}, {}, {}, {}};
    node.apply(history.add(appointment_id(), move));
    const auto id = history.organization();
    const auto state = find_appointment(node.reader(), id, appointment_id());
    EXPECT_EQ(find_appointment_as_of(node.past(), id, appointment_id(), 3), state);
    EXPECT_EQ(domain::details_of(state)->updated_at, time + std::chrono::microseconds(1));
    const auto record = find_record(node.past(), id, 3);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->time, domain::details_of(state)->updated_at);
}

TEST(Projector, AFactOfTheLastMomentIsReported) {
    std::vector<std::string> reasons;
    ProjectorOptions options{kTtl, {}, {}, {}};
    options.on_bad_time = [&](auto, auto, auto why) { reasons.emplace_back(why); };
    Node node(options);
    History history;
    node.apply(history.create());
    history.set_now(domain::kLatest);
    const auto judged = node.apply(history.add(history.next(appointment_id(), scheduled_event())));
    EXPECT_FALSE(judged.frozen) << "what there is can be read";
    EXPECT_EQ(
        reasons,
        std::vector<std::string>{"its time is the last possible one, so nothing can follow it"}
    );
}

/// Partitions that are applied at the same time share one list of organizations.
TEST(Projector, OrganizationsOfAllPartitionsAreInOneList) {
    constexpr ledger::Partition kPartitions = 2;
    constexpr std::uint32_t kOrganizations = 400;
    test::MemoryReadStore store;
    test::MemoryJournal journal(kPartitions);
    const PlainLinks links;
    Projector projector(store, journal.journal, {links, samples::codec()}, {kTtl, {}, {}, {}});
    const auto apply = [&](ledger::Partition partition) {
        for (std::uint32_t number = 1; number <= kOrganizations; ++number) {
            History history(number);
            if (ledger::partition_of(history.organization(), kPartitions) != partition) continue;
            (void)projector.apply(
                partition,
                entries({history.create()}, projector.next_position(partition)),
                Node::everything
            );
        }
    };
    std::thread other(apply, 1);
    apply(0);
    other.join();
    const auto reader = store.snapshot();
    EXPECT_EQ(count_organizations(*reader), kOrganizations);
    std::uint32_t number = 0;
    for (std::uint64_t offset = 0; offset < kOrganizations; offset += 30) {
        for (const auto& one : list_organizations(*reader, offset, 30)) {
            EXPECT_EQ(one.id, organization_id(++number)) << "by id, having come at one time";
        }
    }
    EXPECT_EQ(number, kOrganizations);
}

TEST(Projector, AReaderKeepsSeeingTheStateThatItWasMadeOn) {
    Node node;
    History history;
    node.apply(history.create());
    const auto before = node.projector.read();
    node.apply(history.add(with_key(history.next(appointment_id(), scheduled_event()), "k")));
    const auto after = node.projector.read();
    const auto id = history.organization();
    EXPECT_EQ(before->head(id).sequence, 1U);
    EXPECT_EQ(before->state_of(id, appointment_id()), domain::Appointment{});
    EXPECT_FALSE(before->remembered(id, "k"));
    EXPECT_EQ(after->head(id), history.head());
    EXPECT_EQ(domain::version_of(after->state_of(id, appointment_id())), 1U);
    EXPECT_TRUE(after->remembered(id, "k"));
    EXPECT_FALSE(after->frozen(id));
    EXPECT_TRUE(std::holds_alternative<domain::Registered>(after->state_of(id, id)));
}

}  // namespace
}  // namespace consularia::projections
