#include "infra/kafka/topic_settings.hpp"

#include "infra/kafka/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace consularia::infra::kafka {
namespace {

using testing::HasSubstr;

/// The complaint about a new topic's settings with this one changed; empty if they are fine.
std::string refusal(int replication, const std::string& setting, const std::string& value) {
    TopicSettings settings = settings_of_new_topic(replication);
    settings[setting] = value;
    try {
        check_topic_settings("ledger", settings, replication);
        return {};
    } catch (const SettingRefused& error) {
        return error.what();
    }
}

TEST(KafkaTopicSettings, ANewTopicPassesItsOwnCheck) {
    for (int replication = 1; replication <= 5; ++replication) {
        EXPECT_NO_THROW(
            check_topic_settings("ledger", settings_of_new_topic(replication), replication)
        );
    }
}

TEST(KafkaTopicSettings, TwoReplicasHaveARecordBeforeItCounts) {
    EXPECT_EQ(settings_of_new_topic(1).at("min.insync.replicas"), "1");
    EXPECT_EQ(settings_of_new_topic(2).at("min.insync.replicas"), "2");
    EXPECT_EQ(settings_of_new_topic(3).at("min.insync.replicas"), "2");
    EXPECT_THAT(
        refusal(3, "min.insync.replicas", "1"),
        HasSubstr("its min.insync.replicas is 1, but must be 2 to 3")
    );
}

TEST(KafkaTopicSettings, MoreReplicasMayBeAskedForThanNeedBeButNotMoreThanThereAre) {
    EXPECT_EQ(refusal(3, "min.insync.replicas", "3"), "");
    EXPECT_NE(refusal(3, "min.insync.replicas", "4"), "");
    EXPECT_THAT(refusal(1, "min.insync.replicas", "2"), HasSubstr("must be 1"));
}

TEST(KafkaTopicSettings, ASingleReplicaFlushesEveryRecord) {
    EXPECT_EQ(settings_of_new_topic(1).at("flush.messages"), "1");
    EXPECT_NE(refusal(1, "flush.messages", "9223372036854775807"), "");
    EXPECT_EQ(settings_of_new_topic(2).count("flush.messages"), 0U);
    EXPECT_EQ(refusal(2, "flush.messages", "9223372036854775807"), "");
}

TEST(KafkaTopicSettings, LongerMessagesAreFineAndShorterAreNot) {
    EXPECT_EQ(refusal(2, "max.message.bytes", "100000000"), "");
    EXPECT_THAT(refusal(2, "max.message.bytes", "1048588"), HasSubstr("at least 8388608"));
}

TEST(KafkaTopicSettings, WhatTheBrokerDoesNotTellIsRefused) {
    TopicSettings settings = settings_of_new_topic(3);
    settings.erase("retention.ms");
    EXPECT_THROW(check_topic_settings("ledger", settings, 3), SettingRefused);
    settings = settings_of_new_topic(3);
    settings.erase("min.insync.replicas");
    EXPECT_THROW(check_topic_settings("ledger", settings, 3), SettingRefused);
}

}  // namespace
}  // namespace consularia::infra::kafka
