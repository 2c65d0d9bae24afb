#pragma once
// The progress of webhooks in a store of this node.

#include "reactions/webhooks/progress.hpp"
#include "tables/store.hpp"

namespace consularia::reactions::webhooks {

/// What a store of webhooks is made of.
[[nodiscard]] const tables::Schema& schema();

/// The store outlives it. One thread saves.
class StoredProgress final : public ProgressStore {
  public:
    explicit StoredProgress(tables::Store& store) : store_(store) {}

    [[nodiscard]] std::optional<Progress> find(domain::WebhookId webhook) const override;
    void save(domain::WebhookId webhook, const Progress& progress) override;
    void erase(domain::WebhookId webhook) override;
    [[nodiscard]] std::set<domain::WebhookId> all() const override;

  private:
    tables::Store& store_;
};

}  // namespace consularia::reactions::webhooks
