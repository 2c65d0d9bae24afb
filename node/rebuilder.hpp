#pragma once
// Builds a new read store beside the one that serves, then lets it serve instead.

#include "base/stoppable_thread.hpp"
#include "ledger/log/clock.hpp"
#include "node/late_store.hpp"
#include "node/node.hpp"
#include "node/read_stores.hpp"
#include "node/start_progress.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace consularia::node {

class Building;

/// Thread-safe. A thread looks for the request (see ReadPlaces), and obeys it at a bounded rate.
/// What was built so far is kept when the process ends, and after a failure, which is logged and
/// tried again.
class Rebuilder {
  public:
    /// All of them outlive this. `store` is the one that `node` serves.
    Rebuilder(LateStore& store, Node& node, const ledger::Clock& clock)
        : store_(store), node_(node), progress_(clock) {}

    Rebuilder(const Rebuilder&) = delete;
    Rebuilder& operator=(const Rebuilder&) = delete;

    ~Rebuilder() { stop(); }

    /// Call it at most once, when the store in `places.serving` is open. The new one takes over
    /// once the node serves. The context's parts outlive this, except the settings. Does nothing
    /// after stop().
    void begin(const BuildContext& context, ReadPlaces places);

    /// "rebuilding the read store: 43 %, 2 min left"; empty if nothing is being built.
    [[nodiscard]] std::optional<std::string> progress() const;

    /// Estimates the same; a default one if nothing is being built.
    [[nodiscard]] StartProgress::Estimate estimate() const;

    void stop() { thread_.stop(); }

  private:
    void run(const std::stop_token& stop);
    void build(const std::stop_token& stop);
    [[nodiscard]] std::shared_ptr<tables::Store> take_over(Building& built);
    void remove_previous(std::shared_ptr<tables::Store> previous, const std::stop_token& stop);

    LateStore& store_;
    Node& node_;
    StartProgress progress_;
    std::atomic<bool> building_ = false;
    StoreSettings settings_;
    std::optional<BuildContext> context_;
    ReadPlaces places_;
    StoppableThread thread_;
};

}  // namespace consularia::node
