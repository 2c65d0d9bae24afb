#include "node/table_report.hpp"

#include "tests/support/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace consularia::node {
namespace {

using namespace std::chrono_literals;
using ledger::News;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Report = infra::rocks::CheckOptions::Report;

class TableReportTest : public testing::Test {
  protected:
    test::ManualClock clock_;
    infra::Metrics metrics_;
    ledger::Health health_{clock_};
    TableReport tables_{metrics_, health_};
};

TEST_F(TableReportTest, DamageOfTheLedgerIsATroubleOfTheNodeFromThenOn) {
    const auto listener = tables_.of_ledger();
    listener(Report{"ledger.checked", 2, 1, {}});
    EXPECT_THAT(health_.troubles(), IsEmpty());
    listener(Report{"ledger.checked", 2, 0, {"a.sst is damaged: rot"}});
    clock_.advance(3s);
    listener(Report{"ledger.checked", 2, 0, {}}
    );  // The file was removed, and its contents with it.
    const auto troubles = health_.troubles();
    ASSERT_THAT(troubles, SizeIs(1));
    EXPECT_EQ(
        to_words(troubles.front(), clock_.steady()),
        "tables: failing for 3 s: the ledger is damaged: a.sst is damaged: rot: nothing is "
        "written any more; restore it from a backup"
    );
    EXPECT_EQ(troubles.front().reach, ledger::Reach::node);
}

TEST_F(TableReportTest, DamageOfTheLedgerIsLoggedWhenItBeginsAndEveryTenSecondsWhileItLasts) {
    const auto listener = tables_.of_ledger();
    const Report report{"ledger.checked", 2, 0, {"a.sst is damaged: rot"}};
    listener(report);
    const auto first = health_.news();
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first.front().kind, News::Kind::begins);
    listener(report);
    clock_.advance(9s);
    EXPECT_THAT(health_.news(), IsEmpty());
    clock_.advance(1s);
    const auto next = health_.news();
    ASSERT_THAT(next, SizeIs(1));
    EXPECT_EQ(next.front().kind, News::Kind::lasts);
}

TEST_F(TableReportTest, OfManyDamagedFilesOneIsNamedAndTheOthersAreCounted) {
    tables_.of_ledger(
    )(Report{"ledger.checked", 0, 0, {"a.sst is damaged", "b.sst is damaged", "c.sst is damaged"}});
    EXPECT_THAT(health_.troubles().at(0).why, HasSubstr("a.sst is damaged, and 2 more: nothing"));
}

TEST_F(TableReportTest, DamageOfTheReadStoreIsNoTrouble) {
    tables_.of_read_store()(Report{"read.checked", 2, 0, {"a.sst is damaged: rot"}});
    EXPECT_THAT(health_.troubles(), IsEmpty());
    EXPECT_THAT(
        metrics_.expose(), HasSubstr("consularia_table_files{state=\"damaged\",store=\"read\"} 1")
    );
}

TEST_F(TableReportTest, TwoReadStoresAreAddedUpUntilOneIsClosed) {
    const auto sound_is = [&](const std::string& count) {
        const auto line = "consularia_table_files{state=\"sound\",store=\"read\"} " + count;
        EXPECT_THAT(metrics_.expose(), HasSubstr(line + "\n"));
    };
    const auto listener = tables_.of_read_store();
    listener(Report{"read.checked", 5, 0, {}});
    listener(Report{"read.rebuilt.checked", 1, 3, {}});
    sound_is("6");
    listener(Report{"read.rebuilt.checked", 2, 2, {}});
    sound_is("7");
    listener(Report{.record = "read.checked"});
    sound_is("2");
}

}  // namespace
}  // namespace consularia::node
