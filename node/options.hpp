#pragma once
// The options of the command line, the environment and the configuration file. The default of a
// layer's limit is the one that the layer has.

#include "api/bodies/read_body.hpp"
#include "api/followers.hpp"
#include "api/http/limits.hpp"
#include "api/kept_lists.hpp"
#include "api/rates.hpp"
#include "api/service.hpp"
#include "infra/http/webhook_options.hpp"
#include "infra/kafka/options.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "ledger/commands/worker.hpp"
#include "ledger/log/health.hpp"
#include "ledger/record/record_codec.hpp"
#include "node/limits.hpp"
#include "projections/appointment_filter.hpp"
#include "reactions/webhooks/retries.hpp"

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
    std::chrono::seconds opens_before = api::Service{}.join_opens_before;
    std::chrono::seconds repeat = api::Service{}.join_repeat;
    std::string meeting_url;  ///< A template; empty: no meeting service.
    std::string jwt_audience = "jitsi";
    std::string jwt_issuer = "consularia";
    std::string jwt_subject = "*";
};

/// What webhooks are sent to, and how.
struct WebhookOptions {
    std::vector<std::string> allowed;  ///< Networks that are open besides the Internet.
    bool allow_http = false;           ///< Beside https.
    std::size_t posts = infra::http::WebhookSenderOptions{}.at_once;
    std::chrono::milliseconds timeout = infra::http::WebhookSenderOptions{}.timeout;
    reactions::webhooks::Retries retries{};
};

struct ServeOptions {
    StoreOptions store;
    std::string listen = "127.0.0.1:8080";
    bool read_only = false;  ///< Serves what `ledger replay` has made.
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
    std::size_t cache_bytes = infra::rocks::StoreOptions{}.block_cache_bytes;
    std::size_t list_cache_bytes = api::KeptLists::kDefaultBytes;
    std::size_t list_rows = projections::kDefaultListRows;
    std::uint64_t check_at_start_bytes = infra::rocks::CheckOptions{}.at_start_bytes;
    std::uint64_t check_bytes_per_s = 32ULL << 20;
    RebuildLimits rebuild;
    PastLimits past;
    std::chrono::milliseconds command_deadline = ledger::kCommandDeadline;
    std::chrono::milliseconds stalled_after = ledger::HealthLimits{}.stall;
    std::chrono::milliseconds append_failure_holds = ledger::ProcessorLimits{}.append_failure_holds;
    std::chrono::seconds idempotency_ttl = ledger::kIdempotencyTtl;
    std::optional<ledger::WriteFormat> write_format;  ///< Empty: LedgerBackend::write_format().
    std::size_t body_values = api::kMaxBodyValues;
    std::chrono::seconds any_max_age = NodeLimits{}.any_max_age;
    std::chrono::seconds max_clock_jump{60};  ///< 0: any.
    JoinOptions join;
    std::chrono::seconds webhook_secret_grace = api::Service{}.webhook_secret_grace;
    api::http::Limits http;
    api::RateLimits rates;
    api::FollowerLimits followers;
    WebhookOptions webhooks;
};

}  // namespace consularia::node
