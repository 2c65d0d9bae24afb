// The read store's checkpoint as the witness of what the topic must hold.

#include "infra/kafka_ledger.hpp"
#include "ledger/hash.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace consularia::infra {
namespace {

using ledger::Partition;
using ledger::Position;
using projections::Checkpoint;
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
            ledger_->check_witness(partition, witness);
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

    std::unique_ptr<KafkaLedger> open() const {
        return open_kafka_ledger(kafka_options(topic_, 2));
    }

    const std::string topic_ = test::new_topic_name();
    std::unique_ptr<KafkaLedger> ledger_ = open();
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
}  // namespace consularia::infra
