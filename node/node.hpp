#pragma once
// One node: a ledger, its read store, and the threads that keep the two in step.

#include "infra/crypto/ids.hpp"
#include "infra/metrics/metrics.hpp"
#include "journal/journal.hpp"
#include "ledger/commands/command.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"
#include "node/limits.hpp"
#include "node/readiness.hpp"
#include "node/start_progress.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace consularia::node {

/// What a node works with. All of it outlives the node; the stores are open once it starts.
struct NodePorts {
    projections::ReadStore& store;
    journal::Journal& journal;
    const projections::RowInputs& inputs;
    const ledger::Clock& clock;
    infra::IdSource& ids;
    infra::Metrics& metrics;
    ledger::Health& health;
};

/// Thread-safe. Until start() has caught up with the log of a partition, commands are answered
/// Unavailable there and syncs fail.
class Node {
  public:
    /// Whether this node should act on the partition's deadlines now.
    using IsOurs = std::function<bool(ledger::Partition)>;

    Node(const NodePorts& ports, NodeLimits limits);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    /// Applies the log up to its present end, then begins to work. Partitions that cannot be read
    /// do not hold up the others: they are tried again in the background. Returns false if stop()
    /// came first. Call it once. Throws StorageError if an embedded ledger cannot be read or
    /// applied.
    bool start(
        std::unique_ptr<ledger::Ledger> ledger,
        StartProgress& progress,
        IsOurs is_ours = [](ledger::Partition) { return true; }
    );

    void submit(ledger::Submission submission, ledger::ReplyHandler reply);
    /// Syncs the organization's partition; without an organization, all partitions.
    void sync(std::optional<domain::OrganizationId> organization, std::function<void(bool)> done);

    /// Whether the applied data of the organization is known to have been the newest within
    /// `any_max_age`.
    [[nodiscard]] bool fresh_enough(domain::OrganizationId organization) const;

    /// Whether it has caught up once.
    [[nodiscard]] bool serves() const { return serving_ != nullptr; }

    /// What applies the records. Precondition: serves().
    [[nodiscard]] projections::Projector& projector();

    /// Whether it can read the newest data and write, as far as any node can.
    [[nodiscard]] Readiness readiness() const;

    /// Finishes the accepted commands and ends all threads.
    void stop();

  private:
    class Running;

    const NodePorts ports_;
    const NodeLimits limits_;

    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;  ///< Guards running_, and is held while its work begins or ends.
    std::unique_ptr<Running> running_;
    std::atomic<Running*> serving_ = nullptr;  ///< Points to running_ once it is caught up.
};

}  // namespace consularia::node
