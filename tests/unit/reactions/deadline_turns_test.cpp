// Organizations take turns when their ends come, and no more rows are read than are acted on.
#include "projections/deadline_rows.hpp"
#include "reactions/deadline_worker.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions {
namespace {

using namespace projections;
using namespace samples;

/// Counts the rows that are looked at.
class CountingCursor final : public Cursor {
  public:
    CountingCursor(std::unique_ptr<Cursor> rows, std::size_t& count)
        : rows_(std::move(rows)), count_(count) {
        ++count_;
    }

    bool valid() const override { return rows_->valid(); }

    std::string_view key() const override { return rows_->key(); }

    std::string_view value() const override { return rows_->value(); }

    void next() override {
        ++count_;
        rows_->next();
    }

  private:
    std::unique_ptr<Cursor> rows_;
    std::size_t& count_;
};

class CountingReader final : public Reader {
  public:
    CountingReader(std::shared_ptr<const Reader> rows, std::size_t& count)
        : rows_(std::move(rows)), count_(count) {}

    std::optional<std::string> get(tables::TableId table, std::string_view key) const override {
        ++count_;
        return rows_->get(table, key);
    }

    std::unique_ptr<Cursor> scan(tables::TableId table, std::string_view from, std::string_view to)
        const override {
        return std::make_unique<CountingCursor>(rows_->scan(table, from, to), count_);
    }

  private:
    std::shared_ptr<const Reader> rows_;
    std::size_t& count_;
};

class CountingStore final : public ReadStore {
  public:
    std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<CountingReader>(rows.snapshot(), count);
    }

    std::unique_ptr<WriteSet> write_set() override { return rows.write_set(); }

    void commit(std::unique_ptr<WriteSet> writes) override { rows.commit(std::move(writes)); }

    void flush() override {}

    test::MemoryReadStore rows;
    mutable std::size_t count = 0;  ///< Rows that were looked at in snapshots.
};

struct Given {
    domain::OrganizationId organization;
    domain::AppointmentId appointment;
    ledger::ReplyHandler reply;
};

class DeadlineTurns : public testing::Test {
  protected:
    DeadlineTurns() { clock_.set_wall(kAfter); }

    /// `count` appointments of the organization, one microsecond after the other.
    void await(
        std::uint32_t organization,
        std::uint32_t count,
        domain::Timestamp first,
        ledger::Partition partition = 0
    ) {
        auto writes = store_.write_set();
        for (std::uint32_t n = 0; n < count; ++n) {
            const domain::Timestamp end = first + std::chrono::microseconds(n);
            const auto appointment = appointment_id(organization * 100'000 + n);
            ends_[{organization_id(organization), appointment}] = {end, partition};
            put_deadline(*writes, {partition, organization_id(organization), appointment, end});
        }
        store_.commit(std::move(writes));
    }

    DeadlineWorker make_worker(DeadlineLimits limits = {}, ledger::Partition partitions = 1) {
        return DeadlineWorker(
            {.store = store_,
             .partitions = partitions,
             .is_ours = [](ledger::Partition) { return true; },
             .clock = clock_,
             .submit =
                 [this](const ledger::Submission& submission, ledger::ReplyHandler reply) {
                     const auto command = std::get<domain::AppointmentCommand>(submission.command);
                     given_.push_back(
                         {submission.organization, domain::target_of(command), std::move(reply)}
                     );
                 },
             .new_event_id = [] { return domain::EventId{}; },
             .on_problem = [](const std::string& problem) { FAIL() << problem; }},
            limits
        );
    }

    /// Carries out what was given, and returns how much of it was each organization's.
    std::map<std::uint32_t, std::size_t> answer() {
        std::map<std::uint32_t, std::size_t> counts;
        for (const auto& [organization, appointment, reply] : std::exchange(given_, {})) {
            const auto [end, partition] = ends_.at({organization, appointment});
            auto writes = store_.write_set();
            erase_deadline(*writes, {partition, organization, appointment, end});
            store_.commit(std::move(writes));
            ++counts[organization.bytes[15]];
            reply(ledger::Accepted{});
        }
        return counts;
    }

    test::ManualClock clock_;
    CountingStore store_;
    std::vector<Given> given_;
    std::map<
        std::pair<domain::OrganizationId, domain::AppointmentId>,
        std::pair<domain::Timestamp, ledger::Partition>>
        ends_;
};

TEST_F(DeadlineTurns, ThousandsOfEndsOfOneOrganizationDoNotDelayAnothers) {
    await(1, 10'000, kStart);
    await(2, 1, kEnd);
    auto worker = make_worker();
    worker.pass();
    const auto counts = answer();
    EXPECT_EQ(counts.at(2), 1U);
    EXPECT_EQ(counts.at(1), 32U) << "half of what may be in flight";
}

TEST_F(DeadlineTurns, EveryOrganizationHasItsTurnHoweverManyThereAre) {
    for (std::uint32_t organization = 1; organization <= 50; ++organization) {
        await(organization, 100, kStart + std::chrono::microseconds(organization));
    }
    DeadlineLimits limits;
    limits.in_flight = 16;
    limits.in_flight_of_organization = 2;
    auto worker = make_worker(limits);
    std::map<std::uint32_t, std::size_t> total;
    for (int pass = 0; pass < 25; ++pass) {  // 25 passes of 16 are 400: 8 for each of the 50
        EXPECT_EQ(worker.pass(), 16U);
        for (const auto& [organization, count] : answer()) total[organization] += count;
    }
    ASSERT_EQ(total.size(), 50U);
    for (const auto& [organization, count] : total) {
        EXPECT_GE(count, 6U) << organization;
        EXPECT_LE(count, 10U) << organization;
    }
}

TEST_F(DeadlineTurns, NothingIsGivenTwiceWhileItIsInFlight) {
    await(1, 3, kStart);
    auto worker = make_worker();
    EXPECT_EQ(worker.pass(), 3U);
    EXPECT_EQ(worker.pass(), 0U);
    await(2, 1, kEnd);
    EXPECT_EQ(worker.pass(), 1U) << "others go on";
    answer();
    EXPECT_EQ(worker.pass(), 0U);
}

TEST_F(DeadlineTurns, APartitionThatDoesNotAnswerHoldsUpNoOther) {
    await(1, 1'000, kStart, 0);
    await(2, 100, kStart, 1);
    auto worker = make_worker({}, 2);
    worker.pass();
    const auto others = std::stable_partition(given_.begin(), given_.end(), [](const Given& one) {
        return one.organization == organization_id(2);
    });
    const std::vector<Given> withheld(others, given_.end());
    given_.erase(others, given_.end());
    std::size_t answered = answer().at(2);
    while (answered < 100) {
        ASSERT_GT(worker.pass(), 0U);
        answered += answer().at(2);
    }
    for (int more = 0; more < 3; ++more) EXPECT_EQ(worker.pass(), 0U);
    for (const auto& one : withheld) one.reply(ledger::Unavailable{});
}

TEST_F(DeadlineTurns, APartitionThatCannotWriteIsAskedAgainAfterAWhile) {
    await(1, 100, kStart);
    auto worker = make_worker();
    EXPECT_EQ(worker.pass(), 64U);
    for (const auto& one : std::exchange(given_, {})) one.reply(ledger::Unavailable{});
    EXPECT_EQ(worker.pass(), 0U);
    clock_.advance(std::chrono::milliseconds(250));
    EXPECT_EQ(worker.pass(), 64U);
    answer();
}

TEST_F(DeadlineTurns, APassReadsAsManyRowsAsItGivesCommandsAndAFew) {
    await(1, 5'000, kStart);
    await(2, 5'000, later(kAfter, 60));
    auto worker = make_worker();
    for (int pass = 0; pass < 20; ++pass) {
        store_.count = 0;
        EXPECT_EQ(worker.pass(), 64U);
        EXPECT_LE(store_.count, 64U + 10U);
        answer();
    }
}

TEST_F(DeadlineTurns, WhatIsFrozenOrStuckOrInTheFutureIsNotReadAgainAndAgain) {
    await(1, 1'000, kStart);
    await(2, 1'000, kStart);
    await(3, 1'000, later(kAfter, 60));
    auto writes = store_.write_set();
    forget_deadlines(*writes, 0, organization_id(1));
    store_.commit(std::move(writes));
    auto worker = make_worker();
    EXPECT_EQ(worker.pass(), 64U);
    for (const auto& one : std::exchange(given_, {})) {
        EXPECT_EQ(one.organization, organization_id(2));
        one.reply(ledger::Unchanged{});
    }
    EXPECT_EQ(worker.pass(), 0U);
    store_.count = 0;
    EXPECT_EQ(worker.pass(), 0U);
    EXPECT_LE(store_.count, 10U);
}

TEST_F(DeadlineTurns, ALateInsertionWithAnEarlierEndIsFound) {
    await(1, 2, kEnd);
    auto worker = make_worker();
    EXPECT_EQ(worker.pass(), 2U);
    answer();
    await(2, 1, kEnd);
    await(3, 1, kStart);
    EXPECT_EQ(worker.pass(), 2U);
    answer();
    await(1, 1, kStart);
    EXPECT_EQ(worker.pass(), 1U);
    answer();
    EXPECT_TRUE(store_.rows.rows(Table::deadlines).empty());
    EXPECT_TRUE(store_.rows.rows(Table::next_deadlines).empty());
    EXPECT_TRUE(store_.rows.rows(Table::deadline_starts).empty());
}

TEST_F(DeadlineTurns, RowsAreAFunctionOfWhatAwaitsItsEnd) {
    await(1, 3, kStart);
    await(2, 2, kBefore);
    auto writes = store_.write_set();
    const auto at = [](int later) { return kStart + std::chrono::microseconds(later); };
    erase_deadline(*writes, {0, organization_id(1), appointment_id(100'000), at(0)});
    erase_deadline(*writes, {0, organization_id(1), appointment_id(100'002), at(2)});
    erase_deadline(*writes, {0, organization_id(2), appointment_id(200'000), kBefore});
    erase_deadline(
        *writes,
        {0, organization_id(2), appointment_id(200'001), kBefore + std::chrono::microseconds(1)}
    );
    store_.commit(std::move(writes));
    test::MemoryReadStore fresh;
    auto alone = fresh.write_set();
    put_deadline(*alone, {0, organization_id(1), appointment_id(100'001), at(1)});
    fresh.commit(std::move(alone));
    for (const auto table : {Table::deadlines, Table::next_deadlines, Table::deadline_starts}) {
        EXPECT_EQ(store_.rows.rows(table), fresh.rows(table)) << to_string(table);
    }
}

}  // namespace
}  // namespace consularia::reactions
