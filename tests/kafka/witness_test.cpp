// The read store's checkpoint as the witness of what the topic must hold.

#include "infra/kafka/ledger.hpp"
#include "infra/kafka/records.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/hash.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::Checkpoint;
using ledger::Partition;
using ledger::Position;
using test::kafka_options;
using test::numbered;
using testing::AllOf;
using testing::HasSubstr;

class KafkaWitness : public testing::Test {
  protected:
    void append(const std::vector<std::string>& values, Partition partition = 0) {
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(ledger_->append(partition, values)));
    }

    Checkpoint checkpoint(Position next, const std::string& last) const {
        return {ledger_->identity(), next, ledger::sha256(last)};
    }

    std::string refusal(const Checkpoint& witness, Partition partition = 0) {
        try {
            ledger_->check_witnesses({{partition, witness}});
            return {};
        } catch (const LedgerMismatch& error) {
            return error.what();
        }
    }

    void recreate_topic() {
        ledger_.reset();
        test::delete_topic(topic_);
        ledger_ = open();
    }

    std::unique_ptr<Ledger> open() const {
        auto options = kafka_options(topic_, 2);
        options.doubt_timeout = std::chrono::milliseconds(500);
        return open_ledger(options);
    }

    bool is_refused(Partition partition) const {
        return std::holds_alternative<ledger::NotAppended>(
            ledger_->append(partition, numbered(50, 1))
        );
    }

    const std::string topic_ = test::new_topic_name();
    std::unique_ptr<Ledger> ledger_ = open();
};

TEST_F(KafkaWitness, WhatTheLedgerHoldsIsFine) {
    append(numbered(0, 10), 1);
    EXPECT_EQ(refusal(checkpoint(10, "value 9"), 1), "");
    EXPECT_EQ(refusal(checkpoint(4, "value 3"), 1), "") << "a store may be behind";
    EXPECT_EQ(refusal({ledger_->identity(), 0, {}}, 1), "") << "or have read nothing yet";
}

TEST_F(KafkaWitness, AnotherLedgersStoreIsRefused) {
    Checkpoint witness = checkpoint(0, "");
    witness.ledger_identity = "kafka/elsewhere/" + topic_;
    EXPECT_THAT(
        refusal(witness), AllOf(HasSubstr(witness.ledger_identity), HasSubstr(ledger_->identity()))
    );
}

TEST_F(KafkaWitness, ALedgerThatEndsBeforeItIsRefused) {
    append(numbered(0, 10));
    EXPECT_THAT(
        refusal(checkpoint(12, "value 11")),
        AllOf(HasSubstr(topic_), HasSubstr("ends at position 10"), HasSubstr("position 12"))
    );
}

TEST_F(KafkaWitness, ALedgerThatEndsBeforeItForAMomentIsAskedAgain) {
    append(numbered(0, 10));
    auto options = kafka_options(topic_, 2);
    options.doubt_timeout = test::kLongEnough;
    const auto doubted = open_ledger(options);
    int asked = 0;
    doubted->check_witnesses({{0, checkpoint(12, "value 11")}}, [&] {
        if (++asked == 3) append(numbered(10, 2));
        return false;
    });
    EXPECT_GE(asked, 3);
    EXPECT_EQ(doubted->end(0), 12U);
    EXPECT_TRUE(std::holds_alternative<ledger::Appended>(doubted->append(0, numbered(12, 1))));
}

TEST_F(KafkaWitness, APartitionIsLeftAloneUntilItsTailHasFoundItsWitness) {
    append(numbered(0, 10));
    const auto other = open();
    // As for a partition that cannot be read at the start.
    ledger_->check_witnesses({{0, checkpoint(12, "value 11")}}, [] { return true; });
    EXPECT_TRUE(is_refused(0));
    append(numbered(0, 1), 1);
    EXPECT_EQ(ledger_->end(1), 1U) << "the others are none the worse for it";
    EXPECT_THROW((void)ledger_->end(0), ledger::StorageError);
    ASSERT_TRUE(std::holds_alternative<ledger::Appended>(other->append(0, numbered(10, 3))));
    test::Reader reader(*ledger_, 0, 12);
    EXPECT_EQ(reader.read(1), numbered(12, 1));
    EXPECT_EQ(ledger_->end(0), 13U);
    EXPECT_FALSE(is_refused(0));
}

TEST_F(KafkaWitness, ATailThatFindsAnotherRecordThanItsWitnessHandsOutNothing) {
    append(numbered(0, 10));
    const auto other = open();
    ledger_->check_witnesses({{0, checkpoint(12, "another value")}}, [] { return true; });
    ASSERT_TRUE(std::holds_alternative<ledger::Appended>(other->append(0, numbered(10, 3))));
    test::Reader reader(*ledger_, 0, 12);
    try {
        EXPECT_EQ(reader.read(1), numbered(0, 0));
    } catch (const ledger::StorageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("not the record that was read there before"));
    }
    EXPECT_TRUE(is_refused(0));
    EXPECT_TRUE(is_refused(1)) << "nobody knows what topic this is";
}

TEST_F(KafkaWitness, ATopicThatWasRecreatedIsRefused) {
    append(numbered(0, 10));
    const Checkpoint witness = checkpoint(10, "value 9");
    recreate_topic();
    EXPECT_THAT(refusal(witness), HasSubstr("recreated"));
}

TEST_F(KafkaWitness, ATopicThatWasRecreatedAndFilledIsRefused) {
    append(numbered(0, 10));
    const Checkpoint witness = checkpoint(10, "value 9");
    recreate_topic();
    append(numbered(100, 20));
    EXPECT_THAT(
        refusal(witness), AllOf(HasSubstr("another record at position 9"), HasSubstr("recreated"))
    );
}

TEST_F(KafkaWitness, APartitionThatIsNotThereIsRefused) {
    EXPECT_THAT(refusal(checkpoint(0, ""), 2), HasSubstr("partition 2"));
}

TEST_F(KafkaWitness, ALedgerWhoseFirstRecordsWereDeletedIsRefused) {
    append(numbered(0, 10));
    test::delete_records_before(topic_, 3);
    EXPECT_THROW((void)open(), LedgerMismatch);
    EXPECT_THROW(for_each_record(kafka_options(topic_), [](auto, auto) {}), LedgerMismatch);
}

TEST_F(KafkaWitness, ALogIsReadAsFarAsItIsKnownToReach) {
    append(numbered(0, 4), 1);
    auto options = kafka_options(topic_);
    std::atomic<int> heard = 0;
    options.on_stats = [&heard](const std::string&) { ++heard; };
    options.stats_interval = std::chrono::milliseconds(50);
    options.doubt_timeout = test::kLongEnough;
    std::vector<std::string> read;
    std::thread reading([&] {
        for_each_record(
            options, [&](auto, const auto& entry) { read.push_back(entry.value); }, {0, 6}
        );
    });
    while (heard < 4) std::this_thread::yield();  // it has asked by then
    append(numbered(4, 2), 1);
    reading.join();
    EXPECT_EQ(read, numbered(0, 6));
}

TEST_F(KafkaWitness, ALogThatStaysShorterIsReadAsItIs) {
    append(numbered(0, 4), 1);
    auto options = kafka_options(topic_);
    options.doubt_timeout = std::chrono::milliseconds(300);
    std::vector<std::string> read;
    const auto keep = [&](auto, const auto& entry) { read.push_back(entry.value); };
    for_each_record(options, keep, {0, 6});
    EXPECT_EQ(read, numbered(0, 4));
}

TEST_F(KafkaWitness, EveryRecordIsReadPartitionByPartition) {
    append(numbered(0, 3000), 0);
    append(numbered(5, 7), 1);
    std::map<Partition, std::vector<std::string>> read;
    Partition latest = 0;
    for_each_record(kafka_options(topic_), [&](Partition partition, const ledger::LogEntry& entry) {
        EXPECT_EQ(entry.position, read[partition].size());
        EXPECT_GE(partition, latest);
        latest = partition;
        read[partition].push_back(entry.value);
    });
    EXPECT_EQ(read[0], numbered(0, 3000));
    EXPECT_EQ(read[1], numbered(5, 7));
}

}  // namespace
}  // namespace consularia::infra::kafka
