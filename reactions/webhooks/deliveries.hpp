#pragma once
// What became of the events of a webhook: those that are not delivered, and the last ones that are.

#include "domain/ids.hpp"
#include "ledger/record/record.hpp"
#include "reactions/webhooks/progress.hpp"
#include "tables/store.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

/// How many delivered events of a webhook are remembered.
inline constexpr std::size_t kKeptDeliveries = 1000;

/// All functions throw StorageError if the machine fails or a row is damaged.
[[nodiscard]] std::optional<Delivery> find_delivery(
    const tables::Reader& reader, domain::WebhookId webhook, ledger::Sequence sequence
);

/// Those with a greater sequence, in order; there are at most kKeptDeliveries and a window.
[[nodiscard]] std::vector<Delivery> list_deliveries(
    const tables::Reader& reader, domain::WebhookId webhook, ledger::Sequence after = 0
);

/// Those that have rows.
[[nodiscard]] std::set<domain::WebhookId> webhooks_with_deliveries(const tables::Reader& reader);

/// Whether of two rows of the same event the first one knows more, or as much.
[[nodiscard]] bool knows_as_much(const Delivery& row, const Delivery& other);

/// One thread writes. The store outlives it.
class DeliveryLog {
  public:
    explicit DeliveryLog(tables::Store& store, std::size_t kept = kKeptDeliveries)
        : store_(store), kept_(kept) {}

    /// What is kept of a webhook's events after this one, to begin with. What another start of the
    /// deliveries left undone is forgotten.
    [[nodiscard]] std::vector<Delivery> open(
        domain::WebhookId webhook, ledger::Sequence start, ledger::Sequence after
    );

    /// All at once. Of a webhook that is not open, nothing is forgotten before it is.
    void write(const std::vector<std::pair<domain::WebhookId, Delivery>>& deliveries);

    /// What is not delivered is due at once when the webhook is opened again.
    void make_due(domain::WebhookId webhook);

    void close(domain::WebhookId webhook) { delivered_.erase(webhook); }

    /// Everything of the webhook, which is closed.
    void erase(domain::WebhookId webhook);

  private:
    void forget_oldest(
        tables::WriteSet& writes, domain::WebhookId webhook, std::deque<ledger::Sequence>& delivered
    ) const;

    tables::Store& store_;
    const std::size_t kept_;
    std::map<domain::WebhookId, std::deque<ledger::Sequence>> delivered_;  ///< The oldest first.
};

}  // namespace consularia::reactions::webhooks
