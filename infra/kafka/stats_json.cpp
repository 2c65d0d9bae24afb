#include "infra/kafka/stats_json.hpp"

#include <nlohmann/json.hpp>

namespace consularia::infra::kafka {

namespace {
using Microseconds = std::chrono::duration<double, std::micro>;

}  // namespace

std::vector<KafkaBrokerGauges> read_stats(const std::string& json) {
    std::vector<KafkaBrokerGauges> gauges;
    const auto stats = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
    if (!stats.is_object() || !stats.contains("brokers")) return gauges;
    for (const auto& broker : stats["brokers"]) {
        if (broker.value("nodeid", -1) < 0) continue;  // a bootstrap address or a coordinator
        KafkaBrokerGauges one;
        one.client = stats.value("client_id", "");
        one.broker = broker.value("nodename", "");
        one.up = broker.value("state", "") == "UP";
        one.round_trip = Microseconds(broker.at("rtt").value("avg", 0.0));
        one.request_timeouts = broker.value("req_timeouts", std::uint64_t{0});
        one.transmit_retries = broker.value("txretries", std::uint64_t{0});
        one.transmit_errors = broker.value("txerrs", std::uint64_t{0});
        one.waiting_requests = broker.value("waitresp_cnt", std::uint64_t{0});
        gauges.push_back(std::move(one));
    }
    return gauges;
}

}  // namespace consularia::infra::kafka
