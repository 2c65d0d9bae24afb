#pragma once
// The port to where it is kept how far webhooks have got, which is not in the ledger (decision 48).

#include "domain/ids.hpp"
#include "domain/webhook/delivery.hpp"

#include <optional>
#include <set>

namespace consularia::reactions::webhooks {

using Cursor = domain::WebhookCursor;
using Progress = domain::WebhookProgress;
using Delivery = domain::WebhookDelivery;
using domain::DeliveryStatus;
using domain::EndpointState;

/// Thread-safe. All functions throw StorageError if the machine fails.
class ProgressStore {
  public:
    virtual ~ProgressStore() = default;

    [[nodiscard]] virtual std::optional<Progress> find(domain::WebhookId webhook) const = 0;

    /// Survives a crash of the process. Changes nothing if the kept cursor is greater.
    virtual void save(domain::WebhookId webhook, const Progress& progress) = 0;

    /// When the webhook is deleted.
    virtual void erase(domain::WebhookId webhook) = 0;

    /// Those that have progress.
    [[nodiscard]] virtual std::set<domain::WebhookId> all() const = 0;
};

}  // namespace consularia::reactions::webhooks
