#pragma once
// The options of the command line, the environment and the configuration file. The default of a
// layer's limit is the one that the layer has.

#include "api/bodies/read_body.hpp"
#include "api/http/limits.hpp"
#include "api/rates.hpp"
#include "api/service.hpp"
#include "infra/kafka/options.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "ledger/commands/worker.hpp"
#include "ledger/log/health.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::node {

[[nodiscard]] constexpr std::uint64_t whole_seconds(std::int64_t micros) {
    return static_cast<std::uint64_t>(micros / domain::kMicrosPerSecond);
}

[[nodiscard]] constexpr std::uint64_t whole_ms(std::chrono::milliseconds duration) {
    return static_cast<std::uint64_t>(duration.count());
}

/// Where the data is: the options that `serve`, `ledger` and `projections` share.
struct StoreOptions {
    std::string data_dir = "data";
    std::string ledger = "embedded";
    // For a Kafka ledger only:
    std::string topic = infra::kafka::Options{}.topic;
    /// The number that the topic has, or is created with.
    std::uint32_t partitions = infra::kafka::kDefaultPartitions;
    std::vector<std::string> kafka_config;  ///< librdkafka's settings, as NAME=VALUE.
    std::chrono::milliseconds doubt_timeout = infra::kafka::Options{}.doubt_timeout;
    std::size_t prefetch_bytes = infra::kafka::Options{}.prefetch_bytes;
    std::size_t producers = infra::kafka::Options{}.producers;
};

/// Access links and the meeting service.
struct JoinOptions {
    std::uint64_t opens_before_s = whole_seconds(api::Service{}.join_opens_before_micros);
    std::uint64_t repeat_s = whole_seconds(api::Service{}.join_repeat_micros);
    std::string meeting_url;  ///< A template; empty: no meeting service.
    std::string jwt_audience = "jitsi";
    std::string jwt_issuer = "consularia";
    std::string jwt_subject = "*";

    [[nodiscard]] std::int64_t opens_before_micros() const {
        return static_cast<std::int64_t>(opens_before_s) * 1'000'000;
    }

    [[nodiscard]] std::int64_t repeat_micros() const {
        return static_cast<std::int64_t>(repeat_s) * 1'000'000;
    }
};

struct ServeOptions {
    StoreOptions store;
    std::string listen = "127.0.0.1:8080";
    std::string prefix = "/api/v1";
    std::string public_url;    ///< Empty: the listen address.
    std::string secrets_file;  ///< Empty: <data-dir>/secrets.toml, created at the first start.
    std::size_t threads = 0;   ///< 0: one per processor.
    std::string log_level = "info";
    std::size_t log_queue_lines = 8192;
    std::size_t reserved_files = 0;  ///< Reserved descriptors; 0: as many as threads and brokers
                                     ///< need.
    std::vector<std::string> trusted_proxies;  ///< Addresses and networks; loopback is always
                                               ///< trusted.
    std::string metrics_listen;                ///< Empty: no metrics are served.
    std::uint64_t min_free_bytes = infra::rocks::EmbeddedLedgerOptions{}.min_free_bytes;
    std::size_t queue_commands = ledger::AdmissionLimits{}.commands;
    std::size_t queue_commands_per_organization = 0;  ///< 0: a quarter of queue_commands.
    std::size_t queue_bytes = ledger::AdmissionLimits{}.bytes;
    std::size_t queue_bytes_per_organization = 0;  ///< 0: a quarter of queue_bytes.
    std::size_t batch_commands = ledger::ProcessorLimits{}.batch_commands;
    std::size_t batch_bytes = ledger::ProcessorLimits{}.batch_bytes;
    std::size_t cache_bytes = infra::rocks::ReadStoreOptions{}.block_cache_bytes;
    std::uint64_t check_at_start_bytes = infra::rocks::CheckOptions{}.at_start_bytes;
    std::uint64_t check_bytes_per_s = 32ULL << 20;
    std::uint64_t command_deadline_ms = whole_ms(api::Service{}.command_deadline);
    std::uint64_t stalled_after_ms = whole_ms(ledger::HealthLimits{}.stall);
    std::uint64_t append_failure_holds_ms =
        whole_ms(ledger::ProcessorLimits{}.append_failure_holds);
    std::uint64_t idempotency_ttl_s = whole_seconds(ledger::kIdempotencyTtlMicros);
    std::size_t body_values = api::kMaxBodyValues;
    std::uint64_t any_max_age_s = 10;
    std::uint64_t max_clock_jump_s = 60;  ///< 0: any.
    JoinOptions join;
    api::http::Limits http;
    api::RateLimits rates;
};

}  // namespace consularia::node
