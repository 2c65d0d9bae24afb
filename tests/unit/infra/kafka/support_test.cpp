#include "infra/kafka/client.hpp"
#include "tests/support/answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <mutex>
#include <string>

namespace consularia::infra::kafka {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& setting, const std::string& value) {
    Options options;
    options.bootstrap_servers = "127.0.0.1:1";
    options.settings = {{setting, value}};
    try {
        (void)make_conf(options, {});
        return {};
    } catch (const SettingRefused& error) {
        return error.what();
    }
}

TEST(KafkaSettings, WhatCorrectnessRestsOnIsRefusedByName) {
    for (const std::string setting :
         {"acks",
          "allow.auto.create.topics",
          "auto.commit.enable",
          "auto.offset.reset",
          "bootstrap.servers",
          "check.crcs",
          "delivery.timeout.ms",
          "enable.auto.commit",
          "enable.idempotence",
          "enable.partition.eof",
          "group.id",
          "isolation.level",
          "message.max.bytes",
          "message.timeout.ms",
          "metadata.broker.list",
          "request.required.acks",
          "test.mock.num.brokers",
          "transactional.id"}) {
        EXPECT_THAT(refusal(setting, "1"), HasSubstr(setting));
    }
}

TEST(KafkaSettings, WhatLibrdkafkaDoesNotKnowIsRefusedByName) {
    EXPECT_THAT(refusal("no.such.setting", "1"), HasSubstr("no.such.setting"));
    EXPECT_THAT(refusal("security.protocol", "carrier pigeon"), HasSubstr("security.protocol"));
}

TEST(KafkaSettings, TlsSaslAndTuningPassThrough) {
    Options options;
    options.bootstrap_servers = "127.0.0.1:1";
    options.settings = {
        {"security.protocol", "sasl_ssl"},
        {"sasl.mechanism", "SCRAM-SHA-512"},
        {"sasl.username", "node"},
        {"sasl.password", "secret"},
        {"ssl.endpoint.identification.algorithm", "https"},
        {"compression.type", "lz4"},
        {"fetch.wait.max.ms", "10"},
        {"client.id", "another"},
    };
    const Conf conf = make_conf(options, {{"fetch.wait.max.ms", "100"}});
    for (const auto& [name, value] : options.settings) {
        std::string text(100, '\0');
        std::size_t size = text.size();
        ASSERT_EQ(
            rd_kafka_conf_get(conf.get(), name.c_str(), text.data(), &size), RD_KAFKA_CONF_OK
        );
        text.resize(size - 1);
        EXPECT_EQ(text, value) << name;
    }
    EXPECT_NO_THROW(Client(options, RD_KAFKA_CONSUMER, {}));
}

TEST(KafkaSettings, ContradictionsAreFoundWhenTheClientIsMade) {
    Options options;
    options.bootstrap_servers = "127.0.0.1:1";
    options.settings = {{"fetch.max.bytes", "2000000000"}, {"receive.message.max.bytes", "1000"}};
    EXPECT_THROW(Client(options, RD_KAFKA_CONSUMER, {}), SettingRefused);
}

TEST(Client, TellsItsStatisticsAndTroubles) {
    std::promise<std::string> statistics;
    std::promise<std::string> trouble;
    std::once_flag first_statistics;
    std::once_flag first_trouble;
    Options options;
    options.bootstrap_servers = "127.0.0.1:1";
    options.stats_interval = std::chrono::milliseconds(10);
    options.on_stats = [&](const std::string& json) {
        std::call_once(first_statistics, [&] { statistics.set_value(json); });
    };
    options.on_log = [&](int level, const std::string& message) {
        if (level > 3) return;
        std::call_once(first_trouble, [&] { trouble.set_value(message); });
    };
    const Client client(options, RD_KAFKA_PRODUCER, {});
    auto json = statistics.get_future();
    auto message = trouble.get_future();
    ASSERT_EQ(json.wait_for(test::kLongEnough), std::future_status::ready);
    ASSERT_EQ(message.wait_for(test::kLongEnough), std::future_status::ready);
    EXPECT_THAT(json.get(), HasSubstr("\"type\": \"producer\""));
    EXPECT_THAT(message.get(), HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace consularia::infra::kafka
