#pragma once
// The options of the command line, the environment and the configuration file.

#include "api/bodies/read_body.hpp"
#include "api/http/limits.hpp"
#include "api/rates.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::node {

/// Where the data is: the options that `serve`, `ledger` and `projections` share.
struct StoreOptions {
    std::string data_dir = "data";
    std::string ledger = "embedded";
    // For a Kafka ledger only:
    std::string topic = "consularia.ledger";
    std::uint32_t partitions = 12;          ///< The number that the topic has, or is created with.
    std::vector<std::string> kafka_config;  ///< librdkafka's settings, as NAME=VALUE.
    std::chrono::milliseconds doubt_timeout{30'000};
    std::size_t prefetch_bytes = 64ULL << 20;
    std::size_t producers = 12;
};

/// Access links and the meeting service.
struct JoinOptions {
    std::uint64_t opens_before_s = 15 * 60;
    std::uint64_t repeat_s = 60;
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
    std::uint64_t min_free_bytes = 512ULL << 20;
    std::size_t queue_commands = 10'000;
    std::size_t queue_commands_per_organization = 0;  ///< 0: a quarter of queue_commands.
    std::size_t queue_bytes = 64ULL << 20;
    std::size_t queue_bytes_per_organization = 0;  ///< 0: a quarter of queue_bytes.
    std::size_t batch_commands = 256;
    std::size_t batch_bytes = 512 << 10;
    std::size_t cache_bytes = 256ULL << 20;
    std::uint64_t check_at_start_bytes = 32ULL << 20;
    std::uint64_t check_bytes_per_s = 32ULL << 20;
    std::uint64_t command_deadline_ms = 5000;
    std::uint64_t stalled_after_ms = 2000;
    std::uint64_t append_failure_holds_ms = 10'000;
    std::uint64_t idempotency_ttl_s = 24 * 3600;
    std::size_t body_values = api::kMaxBodyValues;
    std::uint64_t any_max_age_s = 10;
    std::uint64_t max_clock_jump_s = 60;  ///< 0: any.
    JoinOptions join;
    api::http::Limits http;
    api::RateLimits rates;
};

}  // namespace consularia::node
