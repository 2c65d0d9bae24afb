// Tails of a log in which others wrote too, and that others damaged.

#include "infra/kafka/ledger.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using test::kafka_options;
using test::numbered;
using test::Reader;
using testing::AllOf;
using testing::HasSubstr;

class KafkaTail : public testing::Test {
  protected:
    void append(const std::vector<std::string>& values) {
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(ledger_->append(0, values)));
    }

    /// The error with which the tail ends; fails the test if it does not end.
    static std::string end_of(Reader& reader) {
        while (true) {
            const int seen = reader.bell().rung();
            try {
                if (!reader.next(100).empty()) continue;
            } catch (const ledger::StorageError& error) {
                EXPECT_THROW((void)reader.next(1), ledger::StorageError) << "it stays so";
                return error.what();
            }
            if (!reader.bell().wait_for_more_than(seen)) break;
        }
        ADD_FAILURE() << "the tail goes on";
        return {};
    }

    const std::string topic_ = test::new_topic_name();
    std::unique_ptr<Ledger> ledger_ = open_ledger(kafka_options(topic_, 1));
};

TEST_F(KafkaTail, WhateverOthersWriteHasItsPlace) {
    const std::string large(8'388'000, 'x');
    append({"ours"});
    test::produce(topic_, "no organization", "garbage");
    test::produce(topic_, "", std::nullopt);
    test::produce(topic_, "", "");
    test::produce(topic_, std::string(36, '0'), large);
    append({"ours again"});
    const std::vector<std::string> all{"ours", "garbage", "", "", large, "ours again"};
    EXPECT_TRUE(Reader(*ledger_, 0, 0).read(all.size(), 100) == all);
}

TEST_F(KafkaTail, EachLedgerHasANumberThatItsRecordsTell) {
    const auto other = open_ledger(kafka_options(topic_, 1));
    EXPECT_NE(ledger_->writer(), ledger::kNoWriter);
    EXPECT_NE(other->writer(), ledger::kNoWriter);
    EXPECT_NE(ledger_->writer(), other->writer());
    append({"ours"});
    ASSERT_TRUE(std::holds_alternative<ledger::Appended>(
        other->append(0, std::vector<std::string>{"theirs"})
    ));
    const std::string header = "consularia-writer";
    for (const char* strange :
         {"", "12", "0000000000000000", "00000000000000g1", "0123456789abcdef0"}) {
        test::produce_with_header(topic_, "strange", header, strange);
    }
    test::produce_with_header(topic_, "strange", "another-header", "0123456789abcdef");
    test::produce_with_header(topic_, "pretended", header, "00000000000000ff");

    const auto none = ledger::kNoWriter;
    const std::vector<ledger::Writer> expected{
        ledger_->writer(), other->writer(), none, none, none, none, none, none, 0xff};
    std::vector<ledger::Writer> writers;
    Reader reader(*ledger_, 0, 0);
    while (writers.size() < expected.size()) {
        const int seen = reader.bell().rung();
        const auto entries = reader.next(expected.size());
        for (const auto& entry : entries) writers.push_back(entry.writer);
        if (entries.empty() && !reader.bell().wait_for_more_than(seen)) break;
    }
    EXPECT_EQ(writers, expected);
}

TEST_F(KafkaTail, AGapBeforeARecordIsReportedWithItsPosition) {
    append(numbered(0, 3));
    test::produce_in_transaction(topic_, "in a transaction");  // its marker is at position 4
    append({"after the marker"});
    Reader reader(*ledger_, 0, 0);
    EXPECT_EQ(reader.read(4).back(), "in a transaction");
    EXPECT_THAT(
        end_of(reader), AllOf(HasSubstr(topic_), HasSubstr("position 4"), HasSubstr("gap"))
    );
}

TEST_F(KafkaTail, AGapAtTheEndOfTheLogIsReportedToo) {
    Reader reader(*ledger_, 0, 0);
    append(numbered(0, 3));
    test::produce_in_transaction(topic_, "in a transaction");
    EXPECT_EQ(reader.read(4).back(), "in a transaction");
    EXPECT_THAT(end_of(reader), AllOf(HasSubstr("position 4"), HasSubstr("gap")));
}

TEST_F(KafkaTail, APositionBeyondTheEndIsAnErrorAndNotAReset) {
    append(numbered(0, 10));
    Reader reader(*ledger_, 0, 12);
    EXPECT_THAT(end_of(reader), AllOf(HasSubstr("position 12"), HasSubstr("recreated")));
}

TEST_F(KafkaTail, APositionWhoseRecordWasDeletedIsAnError) {
    append(numbered(0, 10));
    test::delete_records_before(topic_, 5);
    Reader reader(*ledger_, 0, 2);
    EXPECT_THAT(end_of(reader), HasSubstr("position 2"));
}

TEST_F(KafkaTail, AnotherMayBeginEarlierOnceOneHasEnded) {
    append(numbered(0, 100));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(Reader(*ledger_, 0, 90).read(10), numbered(90, 10));
        EXPECT_EQ(Reader(*ledger_, 0, 0).read(100), numbered(0, 100));
    }
}

TEST_F(KafkaTail, ATopicThatVanishesIsAnError) {
    append(numbered(0, 3));
    Reader reader(*ledger_, 0, 0);
    EXPECT_EQ(reader.read(3), numbered(0, 3));
    test::delete_topic(topic_);
    EXPECT_THAT(end_of(reader), HasSubstr(topic_));
    EXPECT_THROW((void)ledger_->ends(), ledger::StorageError);
    EXPECT_FALSE(std::holds_alternative<ledger::Appended>(ledger_->append(0, numbered(3, 1))));
    EXPECT_EQ(test::partitions_of(topic_), 0U) << "nobody made it again";
}

TEST_F(KafkaTail, ATopicThatIsAnotherWhenItIsReadOnIsAnError) {
    append(numbered(0, 10));
    EXPECT_EQ(Reader(*ledger_, 0, 0).read(10), numbered(0, 10));
    test::delete_topic(topic_);
    test::create_topic(topic_, test::good_topic_settings());
    for (const auto& value : numbered(100, 20)) test::produce(topic_, "", value);
    Reader reader(*ledger_, 0, 10);
    EXPECT_THAT(end_of(reader), AllOf(HasSubstr("position 9"), HasSubstr("recreated")));
}

TEST_F(KafkaTail, ATailMayOutliveItsLedger) {
    append(numbered(0, 5));
    Reader reader(*ledger_, 0, 0);
    EXPECT_EQ(reader.read(2, 2), numbered(0, 2));
    ledger_.reset();
    EXPECT_EQ(reader.read(3), numbered(2, 3));
}

}  // namespace
}  // namespace consularia::infra::kafka
