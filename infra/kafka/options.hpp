#pragma once
// How the Kafka ledger is reached, and what it tells its owner meanwhile.

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

/// What a broker says contradicts what is known of the topic. It may be cut off from the others,
/// and say something else soon.
class Doubtful : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

/// The topic, or a setting that was asked for, cannot serve as a ledger's. Trying again without
/// changing it does not help.
class SettingRefused : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

/// The topic's max.message.bytes, at least, and the producer's. A record has at most half of it.
inline constexpr int kKafkaMaxMessageBytes = 8 << 20;

/// Of what on_log is told.
inline constexpr int kSyslogError = 3;
inline constexpr int kSyslogWarning = 4;

struct Options {
    std::string bootstrap_servers;  ///< HOST:PORT,…
    std::string topic = "consularia.ledger";
    /// The topic must have as many; if not given, whatever it has is taken, and 12 when it is made.
    std::optional<ledger::Partition> partitions;
    bool create_topic = true;  ///< When there is none.

    /// Settings of librdkafka by name, for instance of TLS and SASL. They win over the ledger's own
    /// except those that its correctness rests on, which are refused.
    std::vector<std::pair<std::string, std::string>> settings;

    /// An append is given up after this; below the deadline of the commands.
    std::chrono::milliseconds delivery_timeout{4000};
    std::chrono::milliseconds open_timeout{5000};
    /// Before an older log than is known is taken for another one: longer than brokers need to
    /// agree on who leads.
    std::chrono::milliseconds doubt_timeout{30'000};

    /// Records that were fetched and that nobody has taken yet, of all partitions together. What
    /// brokers' answers hold that are just being read comes on top, at most 8 MiB of each broker.
    std::size_t prefetch_bytes = 64 << 20;
    /// Partitions share so many at most, each with connections of its own: when one partition fails
    /// those that have another producer do not notice.
    std::size_t producers = 12;

    /// From any thread, with syslog's levels (RFC 5424). May be empty.
    std::function<void(int level, const std::string& message)> on_log;
    /// librdkafka's statistics, once per interval and client, from any thread. May be empty.
    std::function<void(const std::string& json)> on_stats;
    std::chrono::milliseconds stats_interval{0};  ///< 0: never.
};

}  // namespace consularia::infra::kafka
