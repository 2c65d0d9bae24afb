#include "infra/kafka/support.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace consularia::infra::kafka {
namespace {

/// With other values for these a ledger would lose, skip or misjudge records.
constexpr std::array<std::string_view, 29> kProtected = {
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "bootstrap.servers",
    "check.crcs",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "enable.sparse.connections",
    "group.id",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.max.bytes",
    "message.send.max.retries",
    "message.timeout.ms",
    "metadata.broker.list",
    "offset.store.method",
    "partitioner",
    "queuing.strategy",
    "request.required.acks",
    "retries",
    "statistics.interval.ms",
    "test.mock.num.brokers",
    "transactional.id",
};

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
    std::array<char, 512> why{};
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
        throw SettingRefused("the Kafka setting " + name + " is refused: " + why.data());
    }
}

void set_users(rd_kafka_conf_t* conf, const Settings& settings) {
    for (const auto& [name, value] : settings) {
        if (std::ranges::find(kProtected, name) != kProtected.end()) {
            throw SettingRefused(
                "the Kafka setting " + name + " is refused: the ledger sets it itself"
            );
        }
        set(conf, name, value);
    }
}

}  // namespace

std::string words_of(rd_kafka_resp_err_t error) {
    return rd_kafka_err2str(error);
}

bool is_transient(rd_kafka_resp_err_t error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
        case RD_KAFKA_RESP_ERR__WAIT_CACHE:
        case RD_KAFKA_RESP_ERR__RETRY:
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
        case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
            return true;
        default:
            return false;
    }
}

Conf make_conf(const Options& options, const Settings& own) {
    Conf conf(rd_kafka_conf_new());
    // A broker that hangs is noticed, and one that is back is found, well before a command's
    // deadline.
    const Settings common = {
        {"bootstrap.servers", options.bootstrap_servers},
        {"client.id", "consularia"},
        {"socket.nagle.disable", "true"},
        {"socket.keepalive.enable", "true"},
        {"socket.timeout.ms", "3000"},
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "1000"},
        {"topic.metadata.refresh.interval.ms", "10000"},
        {"allow.auto.create.topics", "false"},  // a producer's default is to create any topic
        {"log.connection.close", "false"},
        {"statistics.interval.ms", options.on_stats ? text_of(options.stats_interval) : "0"},
    };
    for (const auto& [name, value] : common) set(conf.get(), name, value);
    for (const auto& [name, value] : own) set(conf.get(), name, value);
    set_users(conf.get(), options.settings);
    return conf;
}

int left_until(Deadline deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 1));
}

std::string text_of(std::chrono::milliseconds time) {
    return std::to_string(time.count());
}

}  // namespace consularia::infra::kafka
