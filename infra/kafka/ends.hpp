#pragma once
// Asking the brokers where the topic's partitions begin and end.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <map>
#include <span>
#include <vector>

namespace consularia::infra::kafka {

/// A client for questions only: behind another's long fetch or append they would have to wait.
[[nodiscard]] Settings question_settings();

enum class Edge { begin, end };

/// For each of these partitions the position of its first record, or the one after its last, in one
/// query. Thread-safe. Throws StorageError when that takes longer than the timeout, or cannot be
/// known.
[[nodiscard]] std::vector<ledger::Position> ask_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
);

/// Of those partitions for which it can be known now: one that does not answer costs the others
/// little. Throws Unreachable when none answers.
[[nodiscard]] std::map<ledger::Partition, ledger::Position> ask_known_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
);

/// Has the client ask again who leads the partitions; in vain when no broker answers.
void refresh_leaders(const Client& client, std::chrono::milliseconds timeout);

}  // namespace consularia::infra::kafka
