#pragma once
// The values that are looked up at each exposition.

#include "ledger/log/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace consularia::infra {

/// The values of one partition that are looked up at each exposition.
struct PartitionGauges {
    std::size_t queued_commands = 0;
    std::uint64_t second_rounds = 0;
    ledger::Position applied = 0;
    ledger::Position end = 0;  ///< The end of its log, as last reported; not less than `applied`.
};

/// The read store that is being built beside the one that serves; zeros if there is none.
struct RebuildGauges {
    std::uint64_t records = 0;
    std::uint64_t applied = 0;
    double per_second = 0;                              ///< 0 if it cannot be estimated yet.
    std::optional<std::chrono::duration<double>> left;  ///< The same.
};

/// One webhook that this node delivers to.
struct WebhookGauges {
    std::string webhook;    ///< Its id.
    std::string state;      ///< ok, retrying, failing
    std::uint64_t lag = 0;  ///< Events that are not delivered or left out.
};

/// librdkafka's statistics of one connection.
struct KafkaBrokerGauges {
    std::string client;
    std::string broker;
    bool up = false;
    std::chrono::duration<double> round_trip{};  ///< The mean of the last interval.
    std::uint64_t request_timeouts = 0;
    std::uint64_t transmit_retries = 0;
    std::uint64_t transmit_errors = 0;
    std::uint64_t waiting_requests = 0;
};

}  // namespace consularia::infra
