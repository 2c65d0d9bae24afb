#include "infra/metrics/metrics.hpp"

#include "infra/kafka/stats_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, RequestsAreCountedByRouteMethodAndStatus) {
    Metrics metrics;
    metrics.request("GET", "/appointments/{id}", 200, 3ms);
    metrics.request("GET", "/appointments/{id}", 200, 700ms);
    metrics.request("GET", "/appointments/{id}", 404, 1ms);
    const auto text = metrics.expose();
    EXPECT_THAT(
        text,
        HasSubstr("consularia_http_requests_total{method=\"GET\",route=\"/appointments/{id}\","
                  "status=\"200\"} 2")
    );
    EXPECT_THAT(text, HasSubstr("status=\"404\"} 1"));
    EXPECT_THAT(
        text,
        HasSubstr("consularia_http_request_duration_seconds_bucket{method=\"GET\",route=\""
                  "/appointments/{id}\",le=\"0.005\"} 2")
    );
}

TEST(Metrics, RefusedConnectionsAreCountedByReasonFromTheStartOn) {
    Metrics metrics;
    const std::string name = "consularia_refused_connections_total";
    for (const char* reason : {"limit", "address", "descriptor", "failed"}) {
        EXPECT_THAT(metrics.expose(), HasSubstr(name + "{reason=\"" + reason + "\"} 0"));
    }
    metrics.refused_connections("address", 2);
    metrics.refused_connections("address", 3);
    const auto text = metrics.expose();
    EXPECT_THAT(text, HasSubstr(name + "{reason=\"address\"} 5"));
    EXPECT_THAT(text, HasSubstr(name + "{reason=\"limit\"} 0"));
}

TEST(Metrics, WhatClientsInventIsNoLabel) {
    Metrics metrics;
    metrics.request("BREW", "", 405, 1ms);
    metrics.request("PROPFIND", "", 405, 1ms);
    const auto text = metrics.expose();
    EXPECT_THAT(text, HasSubstr("{method=\"other\",route=\"unknown\",status=\"405\"} 2"));
    EXPECT_THAT(text, Not(HasSubstr("BREW")));
}

TEST(Metrics, OfTwoInOneThreadEachCountsItsOwn) {
    Metrics first;
    first.request("GET", "/a", 200, 1ms);
    Metrics second;
    second.request("GET", "/a", 200, 1ms);
    EXPECT_THAT(first.expose(), HasSubstr("route=\"/a\",status=\"200\"} 1"));
    EXPECT_THAT(second.expose(), HasSubstr("route=\"/a\",status=\"200\"} 1"));
}

TEST(Metrics, PartitionsAreLookedAtWhenSomebodyAsks) {
    Metrics metrics;
    std::uint64_t rounds = 2;
    metrics.watch_partitions([&] { return std::vector<PartitionGauges>{{3, rounds, 40, 42}}; });
    EXPECT_THAT(metrics.expose(), HasSubstr("consularia_lag_records{partition=\"0\"} 2"));
    rounds = 5;
    const auto text = metrics.expose();
    EXPECT_THAT(text, HasSubstr("consularia_queued_commands{partition=\"0\"} 3"));
    EXPECT_THAT(text, HasSubstr("consularia_second_rounds_total{partition=\"0\"} 5"));
    metrics.watch_partitions({});
    EXPECT_THAT(metrics.expose(), HasSubstr("consularia_second_rounds_total{partition=\"0\"} 5"));
}

TEST(Metrics, APartOfTheNodeIsFineAgainOnceItsTroubleIsOver) {
    for (const auto part : kAllOf<ledger::Part>) {
        if (is_of_partition(part)) continue;
        Metrics metrics;
        std::vector<ledger::Trouble> troubles{{{std::nullopt, part}, {}, "it hangs", {}}};
        metrics.watch_health([&troubles] { return troubles; });
        const auto series = "consularia_node_health{part=\"" + std::string(to_string(part)) + "\"}";
        EXPECT_THAT(metrics.expose(), HasSubstr(series + " 0"));
        troubles.clear();
        EXPECT_THAT(metrics.expose(), HasSubstr(series + " 1"));
    }
}

TEST(Metrics, DeadlinesAreAPartOfTheNode) {
    // One worker goes round all partitions, and reports for the node.
    EXPECT_FALSE(is_of_partition(ledger::Part::deadlines));
}

TEST(Metrics, ARebuildIsShownWithItsShareItsRateAndTheTimeLeft) {
    Metrics metrics;
    RebuildGauges now;
    metrics.watch_rebuild([&now] { return now; });
    const auto expect =
        [&metrics](std::string_view ratio, std::string_view rate, std::string_view left) {
            const std::string name = "\nconsularia_rebuild_";
            const auto text = metrics.expose();
            EXPECT_THAT(text, HasSubstr(name + "progress_ratio " + std::string(ratio) + "\n"));
            EXPECT_THAT(text, HasSubstr(name + "records_per_second " + std::string(rate) + "\n"));
            EXPECT_THAT(text, HasSubstr(name + "remaining_seconds " + std::string(left) + "\n"));
        };
    expect("0", "0", "0");
    now = {.records = 400, .applied = 100, .per_second = 0, .left = std::nullopt};
    expect("0.25", "0", "Nan");
    now = {.records = 400, .applied = 200, .per_second = 50, .left = 4s};
    expect("0.5", "50", "4");
}

TEST(Metrics, ReadinessIsOneOrZero) {
    Metrics metrics;
    bool ready = true;
    metrics.watch_readiness([&] { return ready; });
    EXPECT_THAT(metrics.expose(), HasSubstr("consularia_ready 1"));
    ready = false;
    EXPECT_THAT(metrics.expose(), HasSubstr("consularia_ready 0"));
}

TEST(KafkaStats, TellOfEachRealBroker) {
    const auto gauges = kafka::read_stats(R"({"client_id":"consularia-tail","brokers":{
        "127.0.0.1:9192/bootstrap":{"nodeid":-1,"nodename":"x","state":"UP","rtt":{"avg":1}},
        "127.0.0.1:9192/1":{"nodeid":1,"nodename":"127.0.0.1:9192","state":"UP","waitresp_cnt":3,
            "req_timeouts":4,"txretries":5,"txerrs":6,"rtt":{"avg":2500}},
        "127.0.0.1:9193/2":{"nodeid":2,"nodename":"127.0.0.1:9193","state":"DOWN","rtt":{}}}})");
    ASSERT_EQ(gauges.size(), 2U);
    EXPECT_EQ(gauges[0].client, "consularia-tail");
    EXPECT_EQ(gauges[0].broker, "127.0.0.1:9192");
    EXPECT_TRUE(gauges[0].up);
    EXPECT_DOUBLE_EQ(gauges[0].round_trip.count(), 0.0025);
    EXPECT_EQ(gauges[0].waiting_requests, 3U);
    EXPECT_EQ(gauges[0].request_timeouts, 4U);
    EXPECT_EQ(gauges[0].transmit_retries, 5U);
    EXPECT_EQ(gauges[0].transmit_errors, 6U);
    EXPECT_FALSE(gauges[1].up);
}

TEST(KafkaStats, OtherTextTellsOfNone) {
    for (const auto* text : {"", "{", "[]", "{}", R"({"brokers":{}})"}) {
        EXPECT_TRUE(kafka::read_stats(text).empty()) << text;
    }
}

TEST(KafkaBrokers, CountersOfAClientThatWasRestartedDoNotGoBack) {
    Metrics metrics;
    KafkaBrokerGauges gauges{"c", "b:1", true, std::chrono::milliseconds(500), 7, 0, 0, 0};
    metrics.kafka_broker(gauges);
    gauges.request_timeouts = 2;
    metrics.kafka_broker(gauges);
    EXPECT_THAT(
        metrics.expose(),
        HasSubstr("consularia_kafka_broker_request_timeouts_total{broker=\"b:1\",client=\"c\"} 7")
    );
}

}  // namespace
}  // namespace consularia::infra
