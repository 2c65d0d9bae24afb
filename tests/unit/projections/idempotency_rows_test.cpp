#include "projections/idempotency_rows.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace consularia::projections {
namespace {

using namespace samples;

constexpr std::int64_t kTtlMinutes = 60;

class IdempotencyRows : public testing::Test {
  protected:
    IdempotencyRows() { node_.apply(history_.create()); }

    /// A fact with this key, this many minutes after 09:00.
    void happen(const std::string& key, int minute, std::uint8_t request = 1) {
        history_.set_now(later(kBefore, minute));
        const auto record = history_.next(appointment_id(++appointments_), scheduled_event());
        node_.apply(history_.add(key.empty() ? record : with_key(record, key, request)));
    }

    std::optional<ledger::Remembered> remembered(const std::string& key) {
        return find_remembered(node_.reader(), history_.organization(), key);
    }

    std::size_t entries_kept() const {
        EXPECT_EQ(node_.count(Table::idempotency), node_.count(Table::idempotency_age));
        return node_.count(Table::idempotency);
    }

    std::uint32_t appointments_ = 0;
    History history_;
    Node node_{{std::chrono::minutes(kTtlMinutes), {}, {}, {}}};
};

TEST_F(IdempotencyRows, AKeyIsRememberedWithItsRequestItsFactAndItsTime) {
    happen("pay-once", 5, 7);
    const auto found = remembered("pay-once");
    ASSERT_TRUE(found);
    ledger::Hash request;
    request.fill(7);
    EXPECT_EQ(found->request_hash, request);
    EXPECT_EQ(found->sequence, 2U);
    EXPECT_EQ(found->time, later(kBefore, 5));
}

TEST_F(IdempotencyRows, AFactWithoutAKeyIsNotRemembered) {
    happen("", 0);
    EXPECT_EQ(entries_kept(), 0U);
}

TEST_F(IdempotencyRows, AKeyOfAnotherOrganizationIsUnknown) {
    happen("a", 0);
    EXPECT_FALSE(find_remembered(node_.reader(), organization_id(2), "a"));
}

TEST_F(IdempotencyRows, ALaterFactDropsWhatHasOutlivedItsTime) {
    happen("a", 0);
    happen("b", 1);
    happen("", kTtlMinutes - 1);
    EXPECT_EQ(entries_kept(), 2U);
    happen("", kTtlMinutes);
    EXPECT_FALSE(remembered("a")) << "exactly as old as allowed is too old";
    EXPECT_TRUE(remembered("b"));
    happen("c", 1000);
    EXPECT_FALSE(remembered("b"));
    EXPECT_TRUE(remembered("c"));
    EXPECT_EQ(entries_kept(), 1U);
}

TEST_F(IdempotencyRows, TheNextSearchForTheOldestBeginsBehindWhatWasDropped) {
    const auto remembered_from = [&] {
        return find_head_row(node_.reader(), history_.organization()).remembered_from;
    };
    happen("a", 0);
    happen("", 1);
    happen("b", 2);
    EXPECT_EQ(remembered_from(), 1U);
    happen("", kTtlMinutes);
    EXPECT_EQ(remembered_from(), 3U) << "after the fact with key a";
    happen("", kTtlMinutes + 2);
    EXPECT_EQ(remembered_from(), 5U) << "after the fact with key b";
}

TEST_F(IdempotencyRows, NothingIsDroppedWhileNothingHappens) {
    happen("a", 0);
    EXPECT_TRUE(remembered("a"));
    History other(2);
    other.set_now(later(kBefore, 1000));
    node_.apply(other.create());
    EXPECT_TRUE(remembered("a")) << "another organization's time is not its time";
}

TEST_F(IdempotencyRows, AKeyThatDiedMayBeUsedAgain) {
    happen("a", 0, 1);
    happen("a", kTtlMinutes, 2);
    ASSERT_TRUE(remembered("a"));
    EXPECT_EQ(remembered("a")->sequence, 3U);
    EXPECT_EQ(entries_kept(), 1U);
}

TEST_F(IdempotencyRows, AKeyUsedAgainBeforeItDiedLivesFromItsLastUse) {
    happen("a", 0, 1);
    happen("b", 1);
    happen("a", 30, 2);
    EXPECT_EQ(entries_kept(), 2U);
    happen("", kTtlMinutes + 1);
    EXPECT_FALSE(remembered("b"));
    ASSERT_TRUE(remembered("a"));
    EXPECT_EQ(remembered("a")->sequence, 4U);
    EXPECT_EQ(entries_kept(), 1U);
    happen("", kTtlMinutes + 30);
    EXPECT_EQ(entries_kept(), 0U);
}

TEST_F(IdempotencyRows, ATimeThatGoesBackForgetsNothingTooEarly) {
    happen("a", 100);
    happen("b", 0);
    EXPECT_EQ(entries_kept(), 2U);
    happen("", 100 + kTtlMinutes);
    EXPECT_FALSE(remembered("a"));
    EXPECT_TRUE(remembered("b")) << "it counts as of the next moment after a";
    happen("", 101 + kTtlMinutes);
    EXPECT_EQ(entries_kept(), 0U);
}

TEST_F(IdempotencyRows, TheAdminsKeysAreApartFromThoseOfTokens) {
    happen("a", 1);
    const ledger::OrganizationRecordEvent issued{
        history_.organization(), 0, domain::TokenIssued{make_grant(2)}};
    auto record = with_key(history_.next(issued), "a", 9);
    record.actor = ledger::AdminActor{};
    node_.apply(history_.add(record));
    EXPECT_EQ(remembered("a")->sequence, 2U);
    EXPECT_EQ(remembered("admin a")->sequence, 3U);
}

TEST_F(IdempotencyRows, DroppedAndNewEntriesInOneBatchAreThoseOfSingleSteps) {
    std::vector<std::string> values{
        history_.add(with_key(history_.next(appointment_id(1), scheduled_event()), "a"))};
    for (std::uint32_t i = 2; i < 40; ++i) {
        history_.set_now(later(kBefore, 7 * i));
        const auto record = history_.next(appointment_id(i), scheduled_event());
        values.push_back(history_.add(with_key(record, "key-" + std::to_string(i % 11))));
    }
    Node single{{std::chrono::minutes(kTtlMinutes), {}, {}, {}}};
    single.apply(History().create());
    for (const auto& value : values) single.apply(value);
    node_.apply(values);
    EXPECT_THAT(
        differing_tables(all_rows(single.store), all_rows(node_.store)), testing::IsEmpty()
    );
    EXPECT_GT(entries_kept(), 3U);
    EXPECT_LT(entries_kept(), 10U);
}

}  // namespace
}  // namespace consularia::projections
