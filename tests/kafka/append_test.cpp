// Appending, and what is known of an append when the brokers do not answer.

#include "domain/ids.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/kafka/ledger.hpp"
#include "infra/kafka/producer.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::Appended;
using ledger::AppendResult;
using ledger::FateUnknown;
using ledger::NotAppended;
using ledger::Partition;
using std::chrono::milliseconds;
using test::kafka_options;
using test::numbered;

constexpr ledger::Writer kSomebody = 1;

/// A port of this machine that accepts connections and never sends anything, or refuses them.
class DeafPort {
  public:
    explicit DeafPort(bool listens) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, size) != 0 || (listens && ::listen(socket_, 100) != 0) ||
            ::getsockname(socket_, any, &size) != 0) {
            throw std::runtime_error("No port.");
        }
        port_ = ntohs(address.sin_port);
    }

    DeafPort(const DeafPort&) = delete;
    DeafPort& operator=(const DeafPort&) = delete;

    ~DeafPort() { ::close(socket_); }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  private:
    int socket_;
    int port_ = 0;
};

milliseconds time_of(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(KafkaAppend, ARecordHasItsOrganizationAsKeyAndSaysWhatItIs) {
    samples::History history;
    const std::string topic = test::new_topic_name();
    const auto ledger = open_ledger(kafka_options(topic, 1));
    const std::vector<std::string> values{history.create()};
    ASSERT_TRUE(std::holds_alternative<Appended>(ledger->append(0, values)));
    const auto record = test::first_record(topic, 0);
    EXPECT_EQ(record.key, history.organization().to_string());
    EXPECT_EQ(record.content_type, "application/cloudevents+json");
}

TEST(KafkaAppend, PartitionsAppendSideBySide) {
    constexpr Partition kPartitions = 4;
    constexpr std::size_t kAppends = 50;
    constexpr std::size_t kPerAppend = 10;
    const auto ledger = open_ledger(kafka_options(test::new_topic_name(), kPartitions));
    std::vector<std::thread> appenders;
    for (Partition partition = 0; partition < kPartitions; ++partition) {
        appenders.emplace_back([&, partition] {
            for (std::size_t i = 1; i <= kAppends; ++i) {
                const auto result = ledger->append(partition, numbered(i * kPerAppend, kPerAppend));
                ASSERT_TRUE(std::holds_alternative<Appended>(result));
                EXPECT_EQ(std::get<Appended>(result).end, i * kPerAppend);
            }
        });
    }
    for (auto& appender : appenders) appender.join();
    EXPECT_EQ(ledger->ends(), std::vector<ledger::Position>(kPartitions, kAppends * kPerAppend));
}

void break_for_good(const Producer& producer) {
    rd_kafka_test_fatal_error(
        producer.handle(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "the test's"
    );
}

TEST(KafkaAppend, AProducerThatFailedForGoodIsReplaced) {
    const std::string topic = test::new_topic_name();
    test::create_topic(topic, test::good_topic_settings());
    Appender appender(kafka_options(topic), kSomebody, 1);
    const std::vector<std::string> values = numbered(0, 2);
    ASSERT_TRUE(std::holds_alternative<Appended>(appender.append(0, values)));
    break_for_good(*appender.current(0));
    EXPECT_TRUE(std::holds_alternative<NotAppended>(appender.append(0, values)));
    const auto result = appender.append(0, values);
    ASSERT_TRUE(std::holds_alternative<Appended>(result));
    EXPECT_EQ(std::get<Appended>(result).end, 4U);
}

TEST(KafkaAppend, OnePartitionsFailureIsNoOtherPartitions) {
    const std::string topic = test::new_topic_name();
    test::create_topic(topic, test::good_topic_settings(), 3);
    Appender appender(kafka_options(topic), kSomebody, 3);
    const auto others = appender.current(1);
    EXPECT_NE(appender.current(0), others);
    std::thread busy([&] {
        for (std::size_t i = 0; i < 50; ++i) {
            const auto result = appender.append(1, numbered(i, 1));
            ASSERT_TRUE(std::holds_alternative<Appended>(result));
            EXPECT_EQ(std::get<Appended>(result).end, i + 1);
        }
    });
    for (int i = 0; i < 3; ++i) {
        break_for_good(*appender.current(0));
        EXPECT_TRUE(std::holds_alternative<NotAppended>(appender.append(0, numbered(0, 1))));
    }
    busy.join();
    EXPECT_EQ(appender.current(1), others);
    EXPECT_TRUE(std::holds_alternative<Appended>(appender.append(0, numbered(0, 1))));
}

TEST(KafkaAppend, ManyPartitionsShareAsManyProducersAsAreAllowed) {
    auto options = kafka_options(test::new_topic_name());
    options.producers = 2;
    Appender appender(options, kSomebody, 10'000);
    EXPECT_EQ(appender.alive(), 2U);
    EXPECT_EQ(appender.current(0), appender.current(9'998));
    EXPECT_NE(appender.current(0), appender.current(1));
    EXPECT_EQ(Appender(options, kSomebody, 1).alive(), 1U);
}

TEST(KafkaAppend, ProducersThatFailedAreNotReplacedWithoutEnd) {
    const std::string topic = test::new_topic_name();
    test::create_topic(topic, test::good_topic_settings());
    Appender appender(kafka_options(topic), kSomebody, 1);
    const std::vector<std::string> values = numbered(0, 1);
    // As an append in progress does.
    std::vector<std::shared_ptr<Producer>> kept;
    while (const auto producer = appender.current(0)) {
        ASSERT_LT(kept.size(), 10U);
        kept.push_back(producer);
        break_for_good(*producer);
        EXPECT_TRUE(std::holds_alternative<NotAppended>(appender.append(0, values)));
    }
    EXPECT_EQ(kept.size(), 2U);
    EXPECT_EQ(appender.alive(), 2U);
    const auto refused = appender.append(0, values);
    ASSERT_TRUE(std::holds_alternative<NotAppended>(refused));
    EXPECT_THAT(std::get<NotAppended>(refused).why, testing::HasSubstr("have not ended yet"));
    kept.clear();
    const auto deadline = std::chrono::steady_clock::now() + test::kLongEnough;
    while (appender.alive() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_TRUE(std::holds_alternative<Appended>(appender.append(0, values)));
}

/// The latest number of produce requests in librdkafka's statistics, of all its brokers.
class ProduceRequests {
  public:
    void take(const std::string& statistics) {
        int sum = 0;
        const auto all = nlohmann::json::parse(statistics);
        for (const auto& broker : all.at("brokers")) {
            sum += broker.at("req").value("Produce", 0);
        }
        const std::lock_guard lock(mutex_);
        count_ = sum;
        ++heard_;
        changed_.notify_all();
    }

    /// The statistics from now on.
    int count() {
        std::unique_lock lock(mutex_);
        const int seen = heard_;
        EXPECT_TRUE(changed_.wait_for(lock, test::kLongEnough, [&] { return heard_ > seen + 1; }));
        return count_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
    int heard_ = 0;
};

TEST(KafkaAppend, TheRecordsOfAnAppendTravelTogether) {
    const std::string topic = test::new_topic_name();
    test::create_topic(topic, test::good_topic_settings());
    ProduceRequests requests;
    Options options = kafka_options(topic);
    options.stats_interval = milliseconds(50);
    options.on_stats = [&requests](const std::string& json) { requests.take(json); };
    Producer producer(options, kSomebody);
    const std::vector<std::string> values = numbered(0, 200);
    constexpr int kAppendsHere = 40;
    for (int i = 0; i < kAppendsHere; ++i) {
        ASSERT_TRUE(std::holds_alternative<Appended>(producer.append(0, values)));
    }
    // Not exactly one each: a busy machine may stop the thread that hands them over.
    EXPECT_LT(requests.count(), kAppendsHere * 5 / 4);
    EXPECT_GE(requests.count(), kAppendsHere);
}

TEST(KafkaAppend, WhatIsTooLargeForAnyTopicIsNotAppended) {
    const auto ledger = open_ledger(kafka_options(test::new_topic_name(), 1));
    const std::vector<std::string> values{std::string(kKafkaMaxMessageBytes, 'x')};
    EXPECT_TRUE(std::holds_alternative<NotAppended>(ledger->append(0, values)));
    EXPECT_EQ(ledger->ends().at(0), 0U);
}

class KafkaWithoutAnswer : public testing::TestWithParam<bool> {
  protected:
    Options options() const {
        Options options;
        options.bootstrap_servers = port_.address();
        options.delivery_timeout = milliseconds(1000);
        options.open_timeout = milliseconds(500);
        return options;
    }

    const DeafPort port_{GetParam()};
};

/// The time that a busy machine may add to any limit.
constexpr milliseconds kSlack{3000};

TEST_P(KafkaWithoutAnswer, AnAppendsFateIsUnknownInTime) {
    Appender appender(options(), kSomebody, 1);
    const std::vector<std::string> values = numbered(0, 3);
    for (int i = 0; i < 2; ++i) {
        AppendResult result;
        EXPECT_LT(
            time_of([&] { result = appender.append(0, values); }), milliseconds(1000) + kSlack
        );
        EXPECT_TRUE(std::holds_alternative<FateUnknown>(result));
    }
}

TEST_P(KafkaWithoutAnswer, AppendsToManyPartitionsEndTogether) {
    Appender appender(options(), kSomebody, 6);
    const std::vector<std::string> values = numbered(0, 1);
    std::vector<AppendResult> results(6);
    const auto all = [&] {
        std::vector<std::thread> appenders;
        for (Partition partition = 0; partition < results.size(); ++partition) {
            appenders.emplace_back([&, partition] {
                results[partition] = appender.append(partition, values);
            });
        }
        for (auto& thread : appenders) thread.join();
    };
    EXPECT_LT(time_of(all), milliseconds(1000) + kSlack);
    EXPECT_THAT(results, testing::Each(testing::VariantWith<FateUnknown>(testing::_)));
}

TEST_P(KafkaWithoutAnswer, AppendsUnderWayEndWhenTheirProducerIsGivenUp) {
    auto patient = options();
    patient.delivery_timeout = 10 * kSlack;
    Producer producer(patient, kSomebody);
    const std::vector<std::string> values = numbered(0, 100);
    AppendResult under_way;
    const auto both = [&] {
        std::thread waiting([&] { under_way = producer.append(0, values); });
        // A few events are counted too. It need not have taken all records yet.
        while (rd_kafka_outq_len(producer.handle()) < 50) std::this_thread::yield();
        producer.give_up();
        waiting.join();
    };
    EXPECT_LT(time_of(both), kSlack);
    EXPECT_TRUE(std::holds_alternative<FateUnknown>(under_way));
}

TEST_P(KafkaWithoutAnswer, ABatchOfWhichOnlyAPartWasTakenIsOfUnknownFate) {
    auto narrow = options();
    narrow.settings = {{"queue.buffering.max.messages", "1"}};
    Appender appender(narrow, kSomebody, 1);
    EXPECT_TRUE(std::holds_alternative<FateUnknown>(appender.append(0, numbered(0, 3))));
}

TEST_P(KafkaWithoutAnswer, EndsThrowInTime) {
    const Client client(options(), RD_KAFKA_CONSUMER, question_settings());
    const std::vector<Partition> three{0, 1, 2};
    const auto ends = [&] {
        EXPECT_THROW((void)ask_edges(client, three, Edge::end, milliseconds(300)), Unreachable);
    };
    EXPECT_LT(time_of(ends), milliseconds(300) + kSlack);
}

TEST_P(KafkaWithoutAnswer, OpeningThrowsInTime) {
    const auto open = [&] { EXPECT_THROW((void)open_ledger(options()), Unreachable); };
    EXPECT_LT(time_of(open), milliseconds(500) + kSlack);
}

INSTANTIATE_TEST_SUITE_P(Port, KafkaWithoutAnswer, testing::Bool(), [](const auto& listens) {
    return listens.param ? "that_is_deaf" : "that_is_closed";
});

}  // namespace
}  // namespace consularia::infra::kafka
