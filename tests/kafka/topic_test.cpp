// The topic of a ledger: made with settings that keep every record, refused with others.

#include "infra/kafka/ledger.hpp"
#include "infra/kafka/records.hpp"
#include "tests/kafka/broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using test::kafka_options;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;

class KafkaTopic : public testing::Test {
  protected:
    /// The error when a topic with these settings is opened; empty if it is accepted.
    std::string refusal_with(const std::string& setting, const std::string& value) const {
        auto settings = test::good_topic_settings();
        settings[setting] = value;
        test::create_topic(topic_, settings);
        return refusal();
    }

    std::string refusal(std::optional<ledger::Partition> partitions = std::nullopt) const {
        try {
            (void)open_ledger(kafka_options(topic_, partitions));
            return {};
        } catch (const SettingRefused& error) {
            return error.what();
        }
    }

    const std::string topic_ = test::new_topic_name();
};

TEST_F(KafkaTopic, ANewOneKeepsEveryRecord) {
    const auto ledger = open_ledger(kafka_options(topic_));
    EXPECT_EQ(ledger->partitions(), 12U);
    EXPECT_EQ(test::partitions_of(topic_), 12U);
    EXPECT_THAT(test::settings_of(topic_), IsSupersetOf(test::good_topic_settings()));
}

TEST_F(KafkaTopic, ANewOneHasAsManyPartitionsAsWanted) {
    EXPECT_EQ(open_ledger(kafka_options(topic_, 5))->partitions(), 5U);
    EXPECT_EQ(test::partitions_of(topic_), 5U);
}

TEST_F(KafkaTopic, TheNumberOfPartitionsIsTakenAsItIsUnlessOneIsWanted) {
    test::create_topic(topic_, test::good_topic_settings(), 4);
    EXPECT_EQ(open_ledger(kafka_options(topic_))->partitions(), 4U);
    EXPECT_EQ(refusal(4), "");
    EXPECT_THAT(refusal(3), AllOf(HasSubstr(topic_), HasSubstr("has 4"), HasSubstr("must have 3")));
}

TEST_F(KafkaTopic, TheIdentityNamesClusterAndTopic) {
    const std::string identity = open_ledger(kafka_options(topic_))->identity();
    EXPECT_THAT(identity, testing::MatchesRegex("kafka/[^/]+/" + topic_));
    EXPECT_EQ(open_ledger(kafka_options(topic_))->identity(), identity);
}

TEST_F(KafkaTopic, TwoNodesMayCreateItAtOnce) {
    const auto options = kafka_options(topic_, 3);
    std::vector<std::thread> nodes;
    std::vector<std::string> identities(4);
    for (auto& identity : identities) {
        nodes.emplace_back([&] { identity = open_ledger(options)->identity(); });
    }
    for (auto& node : nodes) node.join();
    EXPECT_THAT(identities, testing::Each(identities.front()));
    EXPECT_FALSE(identities.front().empty());
}

TEST_F(KafkaTopic, NoneIsCreatedWhenNoneIsToBe) {
    auto options = kafka_options(topic_);
    options.create_topic = false;
    EXPECT_THROW((void)open_ledger(options), ledger::StorageError);
    EXPECT_THROW(for_each_record(options, {}), ledger::StorageError);
    EXPECT_EQ(test::partitions_of(topic_), 0U);
}

TEST_F(KafkaTopic, ANameThatKafkaDoesNotTakeIsAClearError) {
    try {
        (void)open_ledger(kafka_options("no topic/is called so"));
        ADD_FAILURE() << "was opened";
    } catch (const ledger::StorageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("no topic/is called so"));
    }
}

TEST_F(KafkaTopic, MoreThanEnoughIsFine) {
    EXPECT_EQ(refusal_with("max.message.bytes", "8388609"), "");
}

struct Wrong {
    std::string setting;
    std::string value;
    std::string wanted;
};

class KafkaTopicSetting : public KafkaTopic, public testing::WithParamInterface<Wrong> {};

TEST_P(KafkaTopicSetting, IsRefusedByName) {
    const auto& [setting, value, wanted] = GetParam();
    EXPECT_THAT(
        refusal_with(setting, value),
        AllOf(
            HasSubstr(topic_), HasSubstr(setting + " is " + value), HasSubstr("must be " + wanted)
        )
    );
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    KafkaTopicSetting,
    testing::Values(
        Wrong{"cleanup.policy", "compact", "delete"},
        Wrong{"cleanup.policy", "compact,delete", "delete"},
        Wrong{"flush.messages", "2", "1"},
        Wrong{"max.message.bytes", "8388607", "at least 8388608"},
        Wrong{"min.insync.replicas", "2", "1"},
        Wrong{"retention.bytes", "1000000000", "-1"},
        Wrong{"retention.ms", "604800000", "-1"},
        Wrong{"unclean.leader.election.enable", "true", "false"}
    )
);

}  // namespace
}  // namespace consularia::infra::kafka
