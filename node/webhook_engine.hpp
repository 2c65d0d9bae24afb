#pragma once
// The delivery of webhooks in a running server: its store, its thread, and what is shown of it.

#include "api/webhook_deliveries.hpp"
#include "infra/crypto/ids.hpp"
#include "infra/metrics/metrics.hpp"
#include "journal/journal.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/log/health.hpp"
#include "node/data_dir.hpp"
#include "node/flusher.hpp"
#include "node/late_store.hpp"
#include "node/ledger_backend.hpp"
#include "node/node.hpp"
#include "node/options.hpp"
#include "node/stores.hpp"
#include "reactions/webhooks/stored_progress.hpp"
#include "reactions/webhooks/worker.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace consularia::node {

/// All of these outlive it; the stores are open once it begins.
struct WebhookPorts {
    const projections::ReadStore& store;
    journal::Journal& journal;
    const ledger::Clock& clock;
    infra::IdSource& ids;
    infra::Metrics& metrics;
    ledger::Health& health;
    Node& node;
    reactions::webhooks::Sender& sender;
    reactions::webhooks::Sign sign;
};

/// Thread-safe. Until it begins, nothing is known of any webhook.
class WebhookEngine final : public api::WebhookDeliveries {
  public:
    WebhookEngine(WebhookPorts ports, const WebhookOptions& options);
    WebhookEngine(const WebhookEngine&) = delete;
    WebhookEngine& operator=(const WebhookEngine&) = delete;
    ~WebhookEngine() override;

    /// Opens the store, and begins to deliver. Call it until it returns. Throws StorageError, which
    /// the health shows.
    void begin(
        const DataDir& dir,
        const StoreSettings& settings,
        ledger::Partition partitions,
        const ServedLedger& served
    );

    /// Waits a moment for posts under way. Does nothing before it begins, and prevents that.
    void stop();

    /// The organization's webhooks may have changed.
    void look_at(domain::OrganizationId organization);

    [[nodiscard]] std::optional<domain::WebhookProgress> progress(domain::WebhookId webhook
    ) const override;
    [[nodiscard]] std::vector<domain::WebhookDelivery> list(
        domain::OrganizationId organization, const domain::Webhook& webhook
    ) const override;
    void test(domain::OrganizationId organization, const domain::Webhook& webhook, Done done)
        override;
    void redeliver(
        domain::OrganizationId organization,
        const domain::Webhook& webhook,
        ledger::Sequence sequence,
        Done done
    ) override;

  private:
    void open(const DataDir& dir, const StoreSettings& settings);
    [[nodiscard]] std::unique_ptr<reactions::webhooks::Worker> make_worker(
        ledger::Partition partitions, std::function<bool(ledger::Partition)> is_ours
    );

    [[nodiscard]] reactions::webhooks::ProgressStore& progress_store() {
        if (shared_.store) return *shared_.store;
        return own_progress_;
    }

    void try_now(reactions::webhooks::Request request, Done done);
    void report(const reactions::webhooks::AttemptReport& report) const;

    const WebhookPorts ports_;
    const reactions::webhooks::WorkerLimits limits_;
    LateStore kept_;
    const Flusher flusher_;
    reactions::webhooks::StoredProgress own_progress_;
    SharedProgress shared_;  ///< Without a store if the progress is this node's alone.
    std::mutex mutex_;       ///< Guards the next two.
    bool stopped_ = false;
    std::unique_ptr<reactions::webhooks::Worker> owned_;
    std::atomic<reactions::webhooks::Worker*> worker_ = nullptr;  ///< Points to owned_; what is
                                                                  ///< above is complete then.
};

}  // namespace consularia::node
