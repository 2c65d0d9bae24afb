// A start does not read tables again that were checked before; the others are checked in the
// background, and damage ends all appending.

#include "infra/rocks/ledger.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr ledger::Position kRecords = 2000;  // of which a table has many blocks

class TableChecks : public testing::Test {
  protected:
    TableChecks() {
        options_.checks.record = directory_.path() / "checked";
        options_.checks.on_report = [this](const CheckOptions::Report& report) {
            const std::lock_guard lock(mutex_);
            report_ = report;
            changed_.notify_all();
        };
        (void)test::make_ledger(ledger_, kRecords);
    }

    std::unique_ptr<ledger::Ledger> open() { return open_embedded_ledger(ledger_, {}, options_); }

    /// Waits until nothing is unchecked.
    CheckOptions::Report end_of_checks() {
        std::unique_lock lock(mutex_);
        const bool ended = changed_.wait_for(lock, std::chrono::seconds(30), [this] {
            return report_.sound + report_.damage.size() > 0 && report_.unchecked == 0;
        });
        EXPECT_TRUE(ended);
        return report_;
    }

    /// Without a trace, as a disk does it.
    void rot() {
        const auto table = test::the_table_of(ledger_);
        const auto written = fs::last_write_time(table);
        test::flip_bit(table, 0.3);
        fs::last_write_time(table, written);
    }

    test::TemporaryDirectory directory_;
    fs::path ledger_ = directory_.path() / "ledger";
    EmbeddedLedgerOptions options_;
    std::mutex mutex_;  ///< Guards report_.
    std::condition_variable changed_;
    CheckOptions::Report report_;
};

TEST_F(TableChecks, AStartTakesWhatWasCheckedBefore) {
    for (int start = 0; start < 2; ++start) (void)open();  // the log becomes a table, too
    rot();
    (void)open();
    fs::remove(options_.checks.record);
    EXPECT_THROW((void)open(), LedgerMismatch);
}

TEST_F(TableChecks, AFileThatWasWrittenSinceIsCheckedAgain) {
    (void)open();
    test::flip_bit(test::the_table_of(ledger_), 0.3);
    EXPECT_THROW((void)open(), LedgerMismatch);
}

TEST_F(TableChecks, WhatMeansNothingInTheRecordCountsAsNothing) {
    rot();
    for (const char* content : {"", "x", "sound", "sound \n\n", "\0\0\n"}) {
        test::write_whole_file(options_.checks.record, content);
        EXPECT_THROW((void)open(), LedgerMismatch) << content;
    }
}

TEST_F(TableChecks, WhatAStartLeavesIsCheckedInTheBackgroundAndRemembered) {
    options_.checks.at_start_bytes = 0;
    options_.checks.bytes_per_s = 1 << 30;
    {
        const auto ledger = open();
        const auto report = end_of_checks();
        EXPECT_TRUE(report.damage.empty());
        EXPECT_GE(report.sound, 2U);
        test::append_records(*ledger, kRecords, kRecords + 10);
    }
    rot();  // now it is known already
    options_.checks.at_start_bytes = 1 << 30;
    (void)open();
}

TEST_F(TableChecks, DamageFoundInTheBackgroundEndsAppendingAndTheNextStart) {
    options_.checks.at_start_bytes = 0;
    options_.checks.bytes_per_s = 1 << 30;
    rot();
    {
        const auto ledger = open();
        const auto report = end_of_checks();
        ASSERT_EQ(report.damage.size(), 1U);
        EXPECT_THAT(report.damage.front(), HasSubstr(test::the_table_of(ledger_).filename()));
        const auto result = ledger->append(0, std::vector<std::string>{"x"});
        const auto* refused = std::get_if<ledger::NotAppended>(&result);
        ASSERT_NE(refused, nullptr);
        EXPECT_EQ(refused->why, report.damage.front());
    }
    options_.checks.bytes_per_s = 0;
    EXPECT_THROW((void)open(), LedgerMismatch) << "known damage is looked at first";
}

TEST_F(TableChecks, TheCheckEndsOnStopHoweverSlowItIs) {
    options_.checks.at_start_bytes = 0;
    options_.checks.bytes_per_s = 1;
    (void)open();  // its destructor does not wait for years
}

TEST_F(TableChecks, TheCheckKeepsToItsRate) {
    options_.checks.at_start_bytes = 0;
    options_.checks.bytes_per_s = 1 << 20;
    const auto begin = std::chrono::steady_clock::now();
    const auto ledger = open();
    (void)end_of_checks();
    // RocksDB asks for more than 512 KiB, a machine that is slow or busy takes longer still.
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
}

}  // namespace
}  // namespace consularia::infra::rocks
