#pragma once
// The start of a server: ledger and read store are opened, compared, rebuilt and caught up on a
// separate thread, so that health is answered during the start.

#include "infra/metrics/metrics.hpp"
#include "node/data_dir.hpp"
#include "node/late_store.hpp"
#include "node/ledger_backend.hpp"
#include "node/node.hpp"
#include "node/options.hpp"
#include "node/rebuilder.hpp"
#include "node/start_progress.hpp"
#include "node/storage_watch.hpp"
#include "node/table_report.hpp"
#include "node/webhook_engine.hpp"
#include "projections/projector.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace consularia::node {

/// All of these outlive the start.
struct StartContext {
    const ServeOptions& options;
    const LedgerBackend& backend;
    const DataDir& dir;
    const projections::RowInputs& inputs;
    infra::Metrics& metrics;
    StartProgress& progress;
    StorageWatch& storage;
    TableReport& tables;
    LateStore& journal_store;
    journal::Journal& journal;
    LateStore& read_store;
    Node& node;
    WebhookEngine& webhooks;
    Rebuilder& rebuilder;
};

class Start {
  public:
    explicit Start(const StartContext& context);
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;
    ~Start();

    /// Begins on the thread, and calls `on_ready` there once the node serves, or `on_failure` if it
    /// never will. Call it once.
    void begin(std::function<void()> on_ready, std::function<void()> on_failure);

    /// False while requests should wait for the start: it has not finished and is not slow yet.
    [[nodiscard]] bool settled() const;

    /// Ends it early; no request waits for it any more.
    void give_up() { stopping_ = true; }

    /// Gives it up, waits for its end and throws its failure.
    void end();

  private:
    void run(const std::function<void()>& on_ready, const std::function<void()>& on_failure);
    bool open();
    [[nodiscard]] bool begin_delivery();
    std::optional<ServedLedger> open_data();
    void wait_for_storage(const std::string& why);

    StartContext context_;
    const std::chrono::steady_clock::time_point slow_from_;
    ServedLedger opened_;  ///< Once it is; without the ledger.
    std::atomic<bool> over_ = false;
    std::atomic<bool> stopping_ = false;
    std::string failure_;  ///< Written by the thread, read after its end.
    std::thread thread_;
};

}  // namespace consularia::node
