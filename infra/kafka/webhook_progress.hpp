#pragma once
// How far webhooks have got, and what became of their events, shared by all nodes through a
// compacted topic, `<topic>.webhooks`.

#include "infra/kafka/options.hpp"
#include "infra/kafka/progress_board.hpp"
#include "infra/kafka/shared_deliveries.hpp"
#include "ledger/record/acceptance.hpp"
#include "reactions/webhooks/progress.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace consularia::infra::kafka {

/// What a node saves is kept in its own store at once, and published soon: what comes during one
/// batch is the next one. Every node reads what all publish, so it can show it,
/// and go on where another one stopped. Thread-safe.
///
/// A node that was paused or cut off does no harm: of two cursors the greater one counts, whenever
/// it was written, and no two nodes write the same key (progress_codec.hpp).
class WebhookProgress final : public reactions::webhooks::ProgressStore {
  public:
    struct Ports {
        /// Whether the group has assigned the ledger's partition to this node. Thread-safe.
        std::function<bool(ledger::Partition)> is_ours;
        /// This node's own store. It outlives this object, whose calls to it come one at a time.
        reactions::webhooks::ProgressStore& own;
        /// The store with the rows of deliveries. It outlives this object.
        tables::Store& deliveries;
    };

    /// Does nothing before it is first used: without webhooks there is no topic, nor a thread. Nor
    /// does it wait for brokers then: a thread creates the topic if it is absent, checks its
    /// settings, and tries again while that fails. The first use throws SettingRefused for a
    /// setting of librdkafka.
    WebhookProgress(const Options& options, ledger::Partition partitions, Ports ports);
    WebhookProgress(const WebhookProgress&) = delete;
    WebhookProgress& operator=(const WebhookProgress&) = delete;
    /// Publishes what was saved, but waits no longer than two seconds for it.
    ~WebhookProgress() override;

    /// Whether this node delivers for the ledger's partition now: it is ours, and everything was
    /// read that others had published when it became so, or when this node woke up from a pause.
    [[nodiscard]] bool may_serve(ledger::Partition partition) const;

    /// The greatest cursor that this node has saved or read.
    [[nodiscard]] std::optional<reactions::webhooks::Progress> find(domain::WebhookId webhook
    ) const override;
    void save(domain::WebhookId webhook, const reactions::webhooks::Progress& progress) override;
    void erase(domain::WebhookId webhook) override;
    [[nodiscard]] std::set<domain::WebhookId> all() const override;

    /// This node's store of deliveries with those that others have told. What is written to it is
    /// told to them.
    [[nodiscard]] tables::Store& deliveries() { return deliveries_; }

  private:
    class Reader;

    [[nodiscard]] Reader& reader() const;

    const Options options_;
    const ledger::Partition partitions_;
    const std::function<bool(ledger::Partition)> is_ours_;
    mutable std::mutex mutex_;  ///< Held while own_ is called.
    reactions::webhooks::ProgressStore& own_;
    const std::unique_ptr<ProgressBoard> board_;
    mutable SharedDeliveries deliveries_;
    mutable std::once_flag used_;
    mutable std::unique_ptr<Reader> reader_;
};

}  // namespace consularia::infra::kafka
