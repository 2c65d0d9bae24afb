#pragma once
// The start of a server: ledger and read store are opened, held against each other, rebuilt and
// caught up on a thread of its own, so that health is answered meanwhile.

#include "infra/metrics/metrics.hpp"
#include "node/data_dir.hpp"
#include "node/late_read_store.hpp"
#include "node/node.hpp"
#include "node/options.hpp"
#include "node/start_progress.hpp"
#include "node/table_report.hpp"
#include "projections/links.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace consularia::node {

/// Everything outlives the start.
struct StartContext {
    const ServeOptions& options;
    const DataDir& dir;
    const projections::Links& links;
    infra::Metrics& metrics;
    StartProgress& progress;
    TableReport& tables;
    LateReadStore& store;
    Node& node;
};

class Start {
  public:
    explicit Start(const StartContext& context);
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;
    ~Start();

    /// Begins on the thread, and calls `on_ready` there once the node serves. What fails ends the
    /// process, by the signal that also stops it. Call it once.
    void begin(std::function<void()> on_ready);

    /// False while requests had better wait for it: it is neither at its end nor slow.
    [[nodiscard]] bool settled() const;

    /// Lets nobody wait for it any more, and ends it early.
    void give_up() { stopping_ = true; }

    /// Waits until it has given up, or was done. Throws what it met. Call it once.
    void end();

  private:
    void run(const std::function<void()>& on_ready);
    bool open();

    StartContext context_;
    const std::chrono::steady_clock::time_point slow_from_;
    std::atomic<bool> over_ = false;
    std::atomic<bool> stopping_ = false;
    std::string failure_;  ///< Written by the thread, read after its end.
    std::thread thread_;
};

}  // namespace consularia::node
