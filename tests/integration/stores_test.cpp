// A read store of an older form or of other options is built again from the journal, row by row the
// same, and one that is not complete yet does not serve.

#include "tests/integration/stores_fixture.hpp"

#include <gtest/gtest.h>

namespace consularia::node {
namespace {

using projections::Table;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_F(StoresTest, AReadStoreOfAnOlderSchemaVersionIsRebuiltToEqualRows) {
    fill();
    const auto before = rows();
    ASSERT_GT(before.size(), 300U * 4);
    put(Table::appointments, "a row of an older form", "x");
    EXPECT_NE(rows(), before);
    put(Table::meta, projections::keys::kFingerprint, "0 an older schema version");
    EXPECT_EQ(rows(), before);
}

TEST_F(StoresTest, AReadStoreOfThePresentFormIsLeftAsItIs) {
    fill();
    put(Table::appointments, kNobodys, "x");
    EXPECT_TRUE(rows().contains(kNobodysRow));
}

TEST_F(StoresTest, AVersionThatReadsMoreLeavesAReadStoreAsItIsAndOneThatReadsLessRebuildsIt) {
    const auto older = samples::codec_without({"dev.consularia.appointment.completed.v1"});
    codec_ = &older;
    fill();
    put(Table::appointments, kNobodys, "x");
    codec_ = &samples::codec();
    EXPECT_TRUE(rows().contains(kNobodysRow));
    append({history_.schedule(301)});
    EXPECT_TRUE(rows().contains(kNobodysRow));
    codec_ = &older;
    EXPECT_FALSE(rows().contains(kNobodysRow));
}

TEST_F(StoresTest, AVersionThatKnowsWhatWasSkippedRebuildsTheReadStore) {
    const auto older = samples::codec_without({"dev.consularia.organization.token_issued.v2"});
    codec_ = &older;
    fill();
    auto value = ledger::encode(history_.next(ledger::OrganizationRecordEvent{
        history_.organization(), 0, domain::TokenIssued{samples::make_grant(2)}}));
    append({value.insert(value.rfind(R"("data":)"), R"("skippable":true,)")});
    put(Table::appointments, kNobodys, "x");
    EXPECT_TRUE(rows().contains(kNobodysRow)) << "it knows what it skipped no better than before";
    codec_ = &samples::codec();
    const auto rebuilt = rows();
    EXPECT_FALSE(rebuilt.contains(kNobodysRow));
    EXPECT_EQ(rows(), rebuilt);
    const auto tokens = [&](const Rows& of) {
        return std::ranges::count_if(of, [](const auto& row) {
            return row.first.first == static_cast<std::size_t>(Table::tokens);
        });
    };
    EXPECT_EQ(tokens(rebuilt), 2);
}

constexpr auto kDeleted = "dev.consularia.appointment.deleted.v1";
constexpr auto kMissed = "dev.consularia.appointment.missed.v1";

/// An organization that the oldest of three versions has frozen where an appointment is deleted.
class Thawing : public StoresTest {
  protected:
    Thawing() {
        codec_ = &oldest_;
        fill();
        append({history_.schedule(301), history_.schedule(302)});
        codec_ = &samples::codec();
    }

    [[nodiscard]] bool starts_frozen() {
        return projections::is_frozen(*open().read_store->snapshot(), history_.organization());
    }

    void expect_rows_of_a_rebuild() {
        const auto found = rows();
        put(Table::meta, projections::keys::kFingerprint, "0 an older schema version");
        EXPECT_EQ(found, rows());
    }

    const ledger::RecordCodec oldest_ = samples::codec_without({kDeleted, kMissed});
    const ledger::RecordCodec older_ = samples::codec_without({kDeleted});
};

TEST_F(Thawing, HappensAtTheStartWithoutARebuild) {
    codec_ = &oldest_;
    put(Table::appointments, kNobodys, "x");
    codec_ = &samples::codec();
    told_.clear();
    EXPECT_FALSE(starts_frozen());
    EXPECT_EQ(
        told_,
        std::vector<std::string>{
            "applying the facts of 1 organization that an older version could not read: 0 %"}
    );
    EXPECT_TRUE(rows().contains(kNobodysRow)) << "rebuilt";
    EXPECT_EQ(told_.size(), 1U) << "done again";
}

TEST_F(Thawing, LeavesTheRowsOfARebuild) {
    EXPECT_FALSE(starts_frozen());
    expect_rows_of_a_rebuild();
}

TEST_F(Thawing, IsContinuedByTheNextStartIfItWasStopped) {
    std::vector<std::string> values;
    for (std::uint32_t n = 1000; n < 2100; ++n) values.push_back(history_.schedule(n));
    codec_ = &oldest_;
    append(values);
    codec_ = &samples::codec();
    told_.clear();
    give_up_after_ = 1;
    EXPECT_EQ(open().read_store, nullptr);
    EXPECT_NE(told_.at(1), told_.at(0)) << "nothing was done before it was stopped";
    give_up_after_ = 1000;
    told_.clear();
    EXPECT_FALSE(starts_frozen());
    EXPECT_EQ(told_.size(), 1U) << "it began again";
    expect_rows_of_a_rebuild();
}

TEST_F(Thawing, HappensInAStoreThatAnOlderVersionBuiltBesideTheServingOne) {
    codec_ = &oldest_;
    {
        const auto stores = open();
        const auto beside = open_read_store(dir_.read_store_rebuilt(), settings_);
        const auto never = [] { return false; };
        ASSERT_TRUE(
            apply_journal(*beside, {dir_, inputs(), settings_, *stores.journal}, progress_, never)
        );
    }
    codec_ = &samples::codec();
    EXPECT_FALSE(starts_frozen());
    EXPECT_EQ(places_.serving, dir_.read_store_rebuilt());
    expect_rows_of_a_rebuild();
}

TEST_F(Thawing, IsTriedOnceByAVersionThatCannotReadItEither) {
    codec_ = &older_;
    told_.clear();
    EXPECT_TRUE(starts_frozen());
    EXPECT_EQ(told_.size(), 1U);
    EXPECT_TRUE(starts_frozen());
    EXPECT_EQ(told_.size(), 1U);
    expect_rows_of_a_rebuild();
    codec_ = &samples::codec();
    EXPECT_FALSE(starts_frozen());
}

TEST_F(StoresTest, AnotherLinkKeyRebuildsTheLinks) {
    fill();
    const auto before = rows();
    links_ = infra::SignedLinks("https://c.example", {{2, std::string(32, 'n')}});
    EXPECT_NE(rows(), before);
}

TEST_F(StoresTest, ARebuildSaysHowFarItIs) {
    fill();
    EXPECT_TRUE(told_.empty());
    put(Table::meta, projections::keys::kFingerprint, "0 an older schema version");
    (void)open();
    ASSERT_GE(told_.size(), 2U);
    EXPECT_EQ(told_.front(), "rebuilding the read store: 0 %");
    EXPECT_EQ(told_.back(), "rebuilding the read store: 100 %");
}

TEST_F(StoresTest, ARebuildThatIsStoppedIsBegunAgain) {
    fill();
    const auto before = rows();
    put(Table::meta, projections::keys::kFingerprint, "0 an older schema version");
    give_up_after_ = 0;
    EXPECT_EQ(open().read_store, nullptr);
    give_up_after_ = 1000;
    EXPECT_EQ(rows(), before);
}

TEST_F(StoresTest, OldRowsServeIfThereIsNoTimeToRebuildThemForOtherOptions) {
    fill();
    const auto before = rows();
    links_ = infra::SignedLinks("https://c.example", {{2, std::string(32, 'n')}});
    settings_.rebuild.before_serving = 0ms;
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(places_.serving, dir_.read_store());
    EXPECT_TRUE(fs::exists(places_.beside));
    settings_.rebuild.before_serving = 1h;
    const auto after = rows();
    EXPECT_NE(after, before);
    EXPECT_EQ(places_.serving, dir_.read_store_rebuilt());
    EXPECT_FALSE(fs::exists(places_.beside));
    fs::remove_all(places_.serving);
    EXPECT_EQ(rows(), after);
}

TEST_F(StoresTest, AnEmptyDirectoryIsTheRequestForARebuild) {
    fill();
    const auto before = rows();
    put(Table::appointments, "a row of nobody's", "x");
    request_rebuild(places_.beside);
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(places_.serving, dir_.read_store_rebuilt());
    EXPECT_FALSE(fs::exists(places_.beside));
}

TEST_F(StoresTest, ARequestForARebuildSurvivesAStartThatHasNoTimeForIt) {
    fill();
    put(Table::appointments, "a row of nobody's", "x");
    const auto before = rows();
    request_rebuild(places_.beside);
    settings_.rebuild.before_serving = 0ms;
    EXPECT_EQ(rows(), before);
    settings_.rebuild.before_serving = 1h;
    EXPECT_NE(rows(), before);
}

TEST_F(StoresTest, ARequestForARebuildSurvivesDamageOfWhatWasBuiltSoFar) {
    fill();
    const auto before = rows();
    put(Table::appointments, kNobodys, "x");
    (void)open_read_store(places_.beside, settings_);
    fs::resize_file(places_.beside / "CURRENT", 3);
    EXPECT_EQ(rows(), before);
}

TEST_F(StoresTest, TheStoreThatHasAppliedMoreServesAndTheOtherOneIsContinued) {
    fill();
    const auto before = rows();
    fs::rename(dir_.read_store(), dir_.read_store_rebuilt());
    // What was built before a kill, in the place that served first.
    (void)open_read_store(dir_.read_store(), settings_);
    settings_.rebuild.before_serving = 0ms;
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(places_.serving, dir_.read_store_rebuilt());
    EXPECT_TRUE(fs::exists(dir_.read_store()));
}

TEST_F(StoresTest, ARetiredStoreDoesNotServeAgain) {
    fill();
    const auto before = rows();
    fs::copy(dir_.read_store(), dir_.read_store_rebuilt());
    put(Table::appointments, "a row of nobody's", "x");
    projections::retire(*open_read_store(places_.serving, settings_));
    EXPECT_EQ(rows(), before);
    EXPECT_FALSE(fs::exists(places_.beside));
}

TEST_F(StoresTest, WhatWasBuiltForOptionsThatAreGoneIsRemoved) {
    fill();
    const auto before = rows();
    const auto old_links = links_;
    links_ = infra::SignedLinks("https://c.example", {{2, std::string(32, 'n')}});
    settings_.rebuild.before_serving = 0ms;
    (void)rows();
    ASSERT_TRUE(fs::exists(places_.beside));
    links_ = old_links;
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(places_.serving, dir_.read_store());
}

TEST_F(StoresTest, KeysAreRememberedForAsLongAsTheOptionSaysWhateverItSaidBefore) {
    settings_.idempotency_ttl = std::chrono::microseconds(1);
    fill();
    const auto forgetful = rows();
    settings_.idempotency_ttl = std::chrono::days(7);
    const auto remembered = rows();
    EXPECT_GT(remembered.size(), forgetful.size());
    settings_.idempotency_ttl = std::chrono::microseconds(1);
    EXPECT_EQ(rows(), forgetful);
}

}  // namespace
}  // namespace consularia::node
