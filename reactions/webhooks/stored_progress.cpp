#include "reactions/webhooks/stored_progress.hpp"

#include "reactions/webhooks/row_codec.hpp"
#include "reactions/webhooks/table.hpp"

#include <utility>

namespace consularia::reactions::webhooks {

const tables::Schema& schema() {
    static const auto kSchema = tables::schema_of<Table>("store of webhooks");
    return kSchema;
}

std::optional<Progress> StoredProgress::find(domain::WebhookId webhook) const {
    const auto row = store_.snapshot()->get(Table::progress, rows::webhook_key(webhook));
    if (!row) return std::nullopt;
    return rows::decode_progress(*row);
}

void StoredProgress::save(domain::WebhookId webhook, const Progress& progress) {
    const auto kept = find(webhook);
    if (kept && (kept->cursor > progress.cursor || *kept == progress)) return;
    auto writes = store_.write_set();
    writes->put(Table::progress, rows::webhook_key(webhook), rows::encode(progress));
    store_.commit(std::move(writes));
}

void StoredProgress::erase(domain::WebhookId webhook) {
    auto writes = store_.write_set();
    writes->erase(Table::progress, rows::webhook_key(webhook));
    store_.commit(std::move(writes));
}

std::set<domain::WebhookId> StoredProgress::all() const {
    std::set<domain::WebhookId> webhooks;
    const auto reader = store_.snapshot();
    for (const auto rows = reader->scan(Table::progress, "", ""); rows->valid(); rows->next()) {
        webhooks.insert(rows::webhook_in(rows->key()));
    }
    return webhooks;
}

}  // namespace consularia::reactions::webhooks
