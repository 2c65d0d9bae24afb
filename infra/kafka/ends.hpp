#pragma once
// Asks the brokers where the topic's partitions begin and end.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <map>
#include <span>
#include <vector>

namespace consularia::infra::kafka {

/// Settings of a client for questions only: on a shared client they would wait behind a long fetch
/// or append.
[[nodiscard]] Settings question_settings();

enum class Edge { begin, end };

/// For each of these partitions the position of its first record, or the one after its last, in one
/// query. Thread-safe. Throws StorageError if that takes longer than the timeout, or cannot be
/// determined.
[[nodiscard]] std::vector<ledger::Position> ask_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
);

/// The ends of those partitions for which they can be determined now: one that does not answer
/// costs the others little. Throws Unreachable if none answers.
[[nodiscard]] std::map<ledger::Partition, ledger::Position> ask_known_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
);

/// Makes the client ask again which brokers lead the partitions; no effect if no broker answers.
void refresh_leaders(const Client& client, std::chrono::milliseconds timeout);

}  // namespace consularia::infra::kafka
