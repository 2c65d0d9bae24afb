#pragma once
// Asks the log for its end from time to time: whether brokers answer, and how far behind we are.

#include "ledger/ends.hpp"
#include "ledger/ledger.hpp"
#include "ledger/partition_worker.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace consularia::app {

/// Thread-safe. Has a thread only where the log is shared; else there is nothing to be behind of.
class Probe {
  public:
    /// `workers` are by partition. All outlive this.
    Probe(ledger::Ledger& ledger, std::vector<ledger::PartitionWorker*> workers);
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;
    ~Probe();

    /// As last heard, by partition.
    [[nodiscard]] std::vector<ledger::Position> ends() const;

    /// Why the newest data cannot be read; empty when it can, be it of one partition only: what
    /// keeps the others from it is wrong with their brokers, not with this node.
    [[nodiscard]] std::optional<std::string> problem() const;

    void stop();

  private:
    void run();
    void ask();
    [[nodiscard]] std::optional<std::string> find_lag(const std::vector<ledger::Position>& before
    ) const;

    ledger::Ledger& ledger_;
    ledger::Ends questions_;  ///< Of the thread.
    const std::vector<ledger::PartitionWorker*> workers_;

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::vector<ledger::Position> ends_;
    std::optional<std::string> problem_;
    std::thread thread_;
};

}  // namespace consularia::app
