#pragma once
// How the Kafka ledger is reached, and how it reports to its owner.

#include "ledger/log/log_error.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/acceptance.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {

/// No broker answered in time. Trying again later may help.
class Unreachable : public ledger::LogError {
  public:
    using LogError::LogError;
};

/// A broker's answer contradicts what is known about the topic. The broker may be cut off from the
/// others, and may answer differently soon.
class Doubtful : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

/// The topic, or a requested setting, cannot serve a ledger. Trying again without a change does not
/// help.
class SettingRefused : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

/// The minimum for the topic's max.message.bytes, and the producer's value. A record has at most
/// half of it.
inline constexpr int kKafkaMaxMessageBytes = 8 << 20;

/// A level of on_log.
inline constexpr int kSyslogError = 3;
inline constexpr int kSyslogWarning = 4;

/// The number for a new topic, unless an option says otherwise.
inline constexpr ledger::Partition kDefaultPartitions = 12;

struct Options {
    std::string bootstrap_servers;  ///< HOST:PORT,…
    std::string topic = "consularia.ledger";
    /// The number that the topic must have; if absent, any number is accepted, and
    /// kDefaultPartitions is used to create it.
    std::optional<ledger::Partition> partitions;
    bool create_topic = true;  ///< If it is absent.

    /// Settings of librdkafka by name, for instance for TLS and SASL. They override the ledger's
    /// own, except those that its correctness depends on, which are refused.
    std::vector<std::pair<std::string, std::string>> settings;

    /// An append is given up after this; less than the deadline of the commands.
    std::chrono::milliseconds delivery_timeout{4000};
    std::chrono::milliseconds open_timeout{5000};
    /// How long a log that is shorter than known is tolerated before it counts as a different one:
    /// longer than brokers need to agree on a leader.
    std::chrono::milliseconds doubt_timeout{30'000};

    /// Records that were fetched and not taken yet, for all partitions together. Brokers' answers
    /// that are being read add at most 8 MiB per broker.
    std::size_t prefetch_bytes = 64 << 20;
    /// The most producers that partitions share, each with connections of its own: when one
    /// partition fails, those with another producer are not affected.
    std::size_t producers = 12;

    /// Called from any thread, with syslog's levels (RFC 5424). May be empty.
    std::function<void(int level, const std::string& message)> on_log;
    /// Called with librdkafka's statistics, once per interval and client, from any
    /// thread. May be empty.
    std::function<void(const std::string& json)> on_stats;
    std::chrono::milliseconds stats_interval{0};  ///< 0: never.
};

}  // namespace consularia::infra::kafka
