#include "reactions/webhooks/deliveries.hpp"

#include "reactions/webhooks/row_codec.hpp"
#include "reactions/webhooks/table.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace consularia::reactions::webhooks {

std::optional<Delivery> find_delivery(
    const tables::Reader& reader, domain::WebhookId webhook, ledger::Sequence sequence
) {
    const auto key = rows::delivery_key(webhook, sequence);
    const auto row = reader.get(Table::deliveries, key);
    if (!row) return std::nullopt;
    return rows::decode_delivery(key, *row);
}

std::vector<Delivery> list_deliveries(
    const tables::Reader& reader, domain::WebhookId webhook, ledger::Sequence after
) {
    std::vector<Delivery> deliveries;
    const auto rows = reader.scan(
        Table::deliveries, rows::delivery_key(webhook, after + 1), rows::after_deliveries(webhook)
    );
    for (; rows->valid(); rows->next()) {
        deliveries.push_back(rows::decode_delivery(rows->key(), rows->value()));
    }
    return deliveries;
}

std::set<domain::WebhookId> webhooks_with_deliveries(const tables::Reader& reader) {
    std::set<domain::WebhookId> webhooks;
    std::string from;
    for (;;) {
        const auto rows = reader.scan(Table::deliveries, from, "");
        if (!rows->valid()) return webhooks;
        const auto webhook = rows::webhook_in(rows->key());
        webhooks.insert(webhook);
        from = rows::after_deliveries(webhook);
    }
}

bool knows_as_much(const Delivery& row, const Delivery& other) {
    const auto known = [](const Delivery& one) {
        return std::tuple(one.start, one.status == DeliveryStatus::delivered, one.attempts);
    };
    return known(row) >= known(other);
}

std::vector<Delivery> DeliveryLog::open(
    domain::WebhookId webhook, ledger::Sequence start, ledger::Sequence after
) {
    auto& delivered = delivered_[webhook];
    delivered.clear();
    std::vector<Delivery> found;
    auto writes = store_.write_set();
    for (auto& one : list_deliveries(*store_.snapshot(), webhook)) {
        if (one.status == DeliveryStatus::delivered) {
            delivered.push_back(one.sequence);
        } else if (one.start != start) {
            writes->erase(Table::deliveries, rows::delivery_key(webhook, one.sequence));
            continue;
        }
        if (one.sequence > after && one.start == start) found.push_back(std::move(one));
    }
    forget_oldest(*writes, webhook, delivered);
    store_.commit(std::move(writes));
    return found;
}

void DeliveryLog::write(const std::vector<std::pair<domain::WebhookId, Delivery>>& deliveries) {
    if (deliveries.empty()) return;
    auto writes = store_.write_set();
    for (const auto& [webhook, delivery] : deliveries) {
        const auto key = rows::delivery_key(webhook, delivery.sequence);
        writes->put(Table::deliveries, key, rows::encode(delivery));
        const auto found = delivered_.find(webhook);
        if (delivery.status != DeliveryStatus::delivered || found == delivered_.end()) continue;
        auto& delivered = found->second;
        std::erase(delivered, delivery.sequence);
        delivered.push_back(delivery.sequence);
        forget_oldest(*writes, webhook, delivered);
    }
    store_.commit(std::move(writes));
}

void DeliveryLog::forget_oldest(
    tables::WriteSet& writes, domain::WebhookId webhook, std::deque<ledger::Sequence>& delivered
) const {
    for (; delivered.size() > kept_; delivered.pop_front()) {
        writes.erase(Table::deliveries, rows::delivery_key(webhook, delivered.front()));
    }
}

void DeliveryLog::make_due(domain::WebhookId webhook) {
    auto writes = store_.write_set();
    for (auto& one : list_deliveries(*store_.snapshot(), webhook)) {
        if (!one.next_attempt_at) continue;
        one.next_attempt_at.reset();
        const auto key = rows::delivery_key(webhook, one.sequence);
        writes->put(Table::deliveries, key, rows::encode(one));
    }
    store_.commit(std::move(writes));
}

void DeliveryLog::erase(domain::WebhookId webhook) {
    auto writes = store_.write_set();
    for (const auto& one : list_deliveries(*store_.snapshot(), webhook)) {
        writes->erase(Table::deliveries, rows::delivery_key(webhook, one.sequence));
    }
    store_.commit(std::move(writes));
}

}  // namespace consularia::reactions::webhooks
