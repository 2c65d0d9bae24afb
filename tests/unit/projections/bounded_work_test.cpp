// The reads and writes for a fact, and for a repeated answer, are proportional to the change, or
// bounded, whatever the history. Counted, not timed.
#include "projections/idempotency_rows.hpp"
#include "projections/projector.hpp"
#include "projections/queries.hpp"
#include "projections/touched_appointments.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::IsEmpty;

struct Count {
    std::size_t rows = 0;
    std::size_t bytes = 0;

    void add(std::size_t size) {
        ++rows;
        bytes += size;
    }
};

struct Counts {
    Count read;
    std::array<Count, kTableCount> written;

    [[nodiscard]] const Count& written_to(Table table) const {
        return written.at(static_cast<std::size_t>(table));
    }

    [[nodiscard]] Count all_written() const {
        Count sum;
        for (const auto& [rows, bytes] : written) {
            sum.rows += rows;
            sum.bytes += bytes;
        }
        return sum;
    }
};

class CountingCursor final : public Cursor {
  public:
    CountingCursor(std::unique_ptr<Cursor> rows, Counts& counts)
        : rows_(std::move(rows)), counts_(counts) {
        count();
    }

    bool valid() const override { return rows_->valid(); }

    std::string_view key() const override { return rows_->key(); }

    std::string_view value() const override { return rows_->value(); }

    void next() override {
        rows_->next();
        count();
    }

  private:
    void count() {
        if (valid()) counts_.read.add(value().size());
    }

    std::unique_ptr<Cursor> rows_;
    Counts& counts_;
};

std::optional<std::string> counted(std::optional<std::string> row, Counts& counts) {
    if (row) counts.read.add(row->size());
    return row;
}

class CountingReader final : public Reader {
  public:
    CountingReader(std::shared_ptr<const Reader> rows, Counts& counts)
        : rows_(std::move(rows)), counts_(counts) {}

    std::optional<std::string> get(tables::TableId table, std::string_view key) const override {
        return counted(rows_->get(table, key), counts_);
    }

    std::unique_ptr<Cursor> scan(tables::TableId table, std::string_view from, std::string_view to)
        const override {
        return std::make_unique<CountingCursor>(rows_->scan(table, from, to), counts_);
    }

  private:
    std::shared_ptr<const Reader> rows_;
    Counts& counts_;
};

class CountingWriteSet final : public WriteSet {
  public:
    CountingWriteSet(std::unique_ptr<WriteSet> changes, Counts& counts)
        : changes_(std::move(changes)), counts_(counts) {}

    std::optional<std::string> get(tables::TableId table, std::string_view key) const override {
        return counted(changes_->get(table, key), counts_);
    }

    std::unique_ptr<Cursor> scan(tables::TableId table, std::string_view from, std::string_view to)
        const override {
        return std::make_unique<CountingCursor>(changes_->scan(table, from, to), counts_);
    }

    void put(tables::TableId table, std::string_view key, std::string_view value) override {
        counts_.written.at(table.index()).add(key.size() + value.size());
        changes_->put(table, key, value);
    }

    void erase(tables::TableId table, std::string_view key) override {
        counts_.written.at(table.index()).add(key.size());
        changes_->erase(table, key);
    }

    std::size_t bytes() const override { return changes_->bytes(); }

    std::unique_ptr<WriteSet> take() { return std::move(changes_); }

  private:
    std::unique_ptr<WriteSet> changes_;
    Counts& counts_;
};

/// A store in memory that counts.
class CountingStore final : public ReadStore {
  public:
    std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<CountingReader>(rows.snapshot(), counts);
    }

    std::unique_ptr<WriteSet> write_set() override {
        return std::make_unique<CountingWriteSet>(rows.write_set(), counts);
    }

    void commit(std::unique_ptr<WriteSet> writes) override {
        rows.commit(dynamic_cast<CountingWriteSet&>(*writes).take());
    }

    void flush() override {}

    test::MemoryReadStore rows;
    mutable Counts counts;
};

/// Counts the links that it makes.
class CountingLinks final : public Links {
  public:
    std::string access_link(
        domain::OrganizationId, domain::AppointmentId, domain::ParticipantId participant
    ) const override {
        ++made;
        return "https://c.example/join/" + participant.to_string();
    }

    std::optional<LinkTarget> verify(std::string_view) const override { return std::nullopt; }

    std::string fingerprint() const override { return "counting"; }

    mutable int made = 0;
};

constexpr std::uint32_t kPeople = 1000;

/// An appointment with a thousand participants, some of whom have joined.
class BoundedWork : public testing::Test {
  protected:
    BoundedWork() {
        auto event = scheduled_event();
        event.participants = guests(1, kPeople);
        apply({history_.create(), history_.add(appointment_id(), event), come(1)});
        forget_counts();
    }

    std::string come(std::uint32_t participant) {
        domain::ParticipantJoined joined{participant_id(participant), std::nullopt};
        if (!std::exchange(active_, true)) {
            joined.status = {domain::Status::scheduled, domain::Status::active};
        }
        return history_.add(appointment_id(), joined);
    }

    std::string rename(std::uint32_t participant, const std::string& name) {
        return history_.add(
            appointment_id(),
            domain::ParticipantUpdated{
                participant_id(participant),
                domain::Change<std::optional<domain::DisplayName>>{
                    std::nullopt, make_display_name(name)},
                std::nullopt}
        );
    }

    void apply(const std::vector<std::string>& values) {
        ledger::apply_all(projector_, 0, entries(values, projector_.next_position(0)));
        log_.insert(log_.end(), values.begin(), values.end());
    }

    void forget_counts() {
        store_.counts = {};
        links_.made = 0;
    }

    History history_;
    CountingStore store_;
    test::MemoryJournal journal_;
    CountingLinks links_;
    Projector projector_{
        store_,
        journal_.journal,
        {links_, samples::codec()},
        {std::chrono::minutes(60), {}, {}, {}}};
    std::vector<std::string> log_;
    bool active_ = false;
};

TEST_F(BoundedWork, AJoinThatChangesNoStateWritesAFewSmallRowsAndReadsNoLargeOne) {
    const auto value = come(2);
    apply({value});
    EXPECT_EQ(store_.counts.written_to(Table::appointments).rows, 0U);
    EXPECT_EQ(store_.counts.written_to(Table::states).rows, 0U);
    EXPECT_EQ(store_.counts.written_to(Table::changes).rows, 0U);
    EXPECT_LT(store_.counts.all_written().bytes, value.size() + 1000);
    EXPECT_LT(store_.counts.read.bytes, 1000U);
    EXPECT_EQ(links_.made, 0);
}

TEST_F(BoundedWork, DecidingAJoinReadsNoLargeRowEither) {
    const auto state = projector_.read()->state_of(history_.organization(), appointment_id());
    EXPECT_EQ(details_of(state)->participants->size(), kPeople);
    EXPECT_EQ(domain::last_join(*details_of(state), participant_id(1)), history_.head().time);
    EXPECT_LT(store_.counts.read.bytes, 1000U);
}

TEST_F(BoundedWork, AThousandJoinsWriteAThousandSmallRows) {
    std::vector<std::string> values;
    std::size_t bytes = 0;
    for (std::uint32_t i = 2; i <= kPeople; ++i) {
        values.push_back(come(i));
        bytes += values.back().size();
    }
    apply(values);
    EXPECT_LT(store_.counts.all_written().bytes, 2 * bytes);
    EXPECT_EQ(links_.made, 0);
}

TEST_F(BoundedWork, ARowThatManyFactsChangeIsWrittenOncePerApply) {
    std::vector<std::string> values;
    for (std::uint32_t i = 1; i <= 20; ++i) values.push_back(rename(i, "Ann"));
    apply(values);
    EXPECT_EQ(store_.counts.written_to(Table::appointments).rows, 1U);
    EXPECT_EQ(store_.counts.written_to(Table::states).rows, 1U);
    EXPECT_EQ(store_.counts.written_to(Table::activity).rows, 1U);
    EXPECT_EQ(store_.counts.written_to(Table::heads).rows, 1U);
}

TEST_F(BoundedWork, OnlyAChangedParticipantIsRenderedAgain) {
    apply({rename(7, "Ann")});
    EXPECT_EQ(links_.made, 1);
    forget_counts();
    apply({history_.add(appointment_id(), domain::ParticipantsRemoved{{guest(1)}})});
    EXPECT_EQ(links_.made, 0);
    apply({history_.add(appointment_id(), domain::ParticipantsAdded{{guest(kPeople + 1)}})});
    EXPECT_EQ(links_.made, 1);
}

TEST_F(BoundedWork, RowsDoNotDependOnWhatIsKeptInMemory) {
    for (std::uint32_t i = 2; i < 20; ++i) apply({i % 3 == 0 ? rename(i, "Ann") : come(i)});
    test::MemoryReadStore rows;
    ProjectorOptions options{std::chrono::minutes(60), {}, {}, {}};
    options.recent_bytes = 0;
    test::MemoryJournal journal;
    Projector forgetful(rows, journal.journal, {links_, samples::codec()}, options);
    for (const auto& value : log_) {
        ledger::apply_all(forgetful, 0, entries({value}, forgetful.next_position(0)));
    }
    EXPECT_THAT(differing_tables(all_rows(store_.rows), all_rows(rows)), IsEmpty());
}

/// The state after a fact, and what it took to find it.
class BoundedRecall : public testing::Test {
  protected:
    Counts count_as_of(ledger::Sequence sequence, const domain::Appointment& expected) {
        CountingStore counting;
        const CountingReader reader(node_.store.snapshot(), counting.counts);
        const auto found = find_appointment_as_of(
            {reader, node_.journal(), samples::codec()},
            history_.organization(),
            appointment_id(),
            sequence
        );
        EXPECT_EQ(shown(found), shown(expected)) << sequence;
        return counting.counts;
    }

    History history_;
    Node node_;
};

TEST_F(BoundedRecall, ReadsABoundedNumberOfFactsOfALongHistory) {
    std::vector values{history_.create(), history_.schedule()};
    for (int i = 0; i < 3000; ++i) {
        if (i == 1500) {
            values.push_back(history_.add(
                appointment_id(),
                domain::ParticipantJoined{
                    participant_id(1),
                    domain::Change<domain::Status>{
                        domain::Status::scheduled, domain::Status::active}}
            ));
        }
        values.push_back(
            i < 1500
                ? history_.add(
                      appointment_id(),
                      domain::AppointmentUpdated{
                          domain::Change<domain::Title>{
                              make_title(i == 0 ? "Consultation" : std::to_string(i)),
                              make_title(std::to_string(i + 1))},
                          {},
                          {},
                          {},
                          {}}
                  )
                : history_.add(
                      appointment_id(), domain::ParticipantJoined{participant_id(1), std::nullopt}
                  )
        );
    }
    const auto judged = node_.apply(values);
    std::size_t most = 0;
    // Some of them, at every distance from the state that was kept before.
    for (std::size_t i = 1; i < judged.size(); i += 53) {
        const auto counts = count_as_of(judged[i].head.sequence, test::appointment_in(judged[i]));
        most = std::max(most, counts.read.rows);
        EXPECT_LT(counts.read.bytes, kBytesBetweenKeptStates);
    }
    EXPECT_LE(most, kFactsBetweenKeptStates + 1) << "a row for each fact, and the kept state";
    EXPECT_GE(most, kFactsBetweenKeptStates) << "the limit was met";
}

TEST_F(BoundedRecall, ReadsABoundedNumberOfBytesOfLargeFacts) {
    std::vector values{history_.create(), history_.schedule()};
    for (std::uint32_t i = 0; i < 8; ++i) {
        const auto crowd = guests(10, 900);
        values.push_back(history_.add(appointment_id(), domain::ParticipantsAdded{crowd}));
        values.push_back(history_.add(appointment_id(), domain::ParticipantsRemoved{crowd}));
    }
    std::size_t largest = 0;
    for (const auto& value : values) largest = std::max(largest, value.size());
    const auto judged = node_.apply(values);
    for (const auto& one : judged) {
        if (one.head.sequence == 1) continue;
        const auto counts = count_as_of(one.head.sequence, test::appointment_in(one));
        EXPECT_LT(counts.read.bytes, kBytesBetweenKeptStates + largest);
    }
}

TEST(BoundedExpiry, AFactDropsAFewOldKeysAndTheOthersDoNotCount) {
    constexpr std::uint32_t kKeys = 100;
    History history;
    Node node{{std::chrono::minutes(60), {}, {}, {}}};
    std::vector values{history.create()};
    for (std::uint32_t i = 1; i <= kKeys; ++i) {
        const auto record = history.next(appointment_id(i), scheduled_event());
        values.push_back(history.add(with_key(record, "key-" + std::to_string(i))));
    }
    history.set_now(kAfter);
    for (std::uint32_t i = 1; i <= kKeys; ++i) values.push_back(history.schedule(1000 + i));
    const auto middle = values.begin() + kKeys + 1;
    node.apply(std::vector(values.begin(), middle));
    std::size_t left = node.count(Table::idempotency);
    for (auto value = middle; left > 0; ++value) {
        ASSERT_NE(value, values.end());
        node.apply(*value);
        const auto now = node.count(Table::idempotency);
        EXPECT_EQ(now, node.count(Table::idempotency_age));
        EXPECT_EQ(left - now, std::min(left, kForgottenAtOnce));
        left = now;
    }
}

}  // namespace
}  // namespace consularia::projections
