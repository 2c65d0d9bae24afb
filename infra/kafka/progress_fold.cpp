#include "infra/kafka/progress_fold.hpp"

#include <algorithm>
#include <tuple>

namespace consularia::infra::kafka {

using reactions::webhooks::Progress;

bool ProgressFold::apply(std::string_view key, const std::optional<std::string_view>& value) {
    const auto parsed = parse_key(key);
    if (!parsed) return false;
    highest_epoch_ = std::max(highest_epoch_, parsed->epoch);
    if (!value) {
        const auto entry = entries_.find(parsed->webhook);
        if (entry == entries_.end()) return true;
        entry->second.by_key.erase(std::string(key));
        if (entry->second.by_key.empty()) entries_.erase(entry);
        return true;
    }
    const auto progress = decode_progress(*value);
    if (!progress) return false;
    auto& entry = entries_[parsed->webhook];
    const bool first = entry.by_key.empty();
    const Said said{.epoch = parsed->epoch, .progress = *progress};
    entry.by_key.insert_or_assign(std::string(key), said);
    const auto order = [](const Said& one) { return std::tie(one.progress.cursor, one.epoch); };
    if (first || order(said) >= order(entry.best)) entry.best = said;
    return true;
}

std::optional<Progress> ProgressFold::find(domain::WebhookId webhook) const {
    const auto entry = entries_.find(webhook);
    if (entry == entries_.end()) return std::nullopt;
    return entry->second.best.progress;
}

std::set<domain::WebhookId> ProgressFold::all() const {
    std::set<domain::WebhookId> webhooks;
    for (const auto& [webhook, entry] : entries_) webhooks.insert(webhook);
    return webhooks;
}

std::vector<std::string> ProgressFold::surpassed_by(const ProgressKey& ours) const {
    std::vector<std::string> keys;
    const auto entry = entries_.find(ours.webhook);
    if (entry == entries_.end()) return keys;
    const auto own = entry->second.by_key.find(format_key(ours));
    if (own == entry->second.by_key.end()) return keys;
    for (const auto& [key, said] : entry->second.by_key) {
        if (key != own->first && said.progress.cursor <= own->second.progress.cursor) {
            keys.push_back(key);
        }
    }
    return keys;
}

std::vector<std::string> ProgressFold::keys_of(domain::WebhookId webhook) const {
    std::vector<std::string> keys;
    const auto entry = entries_.find(webhook);
    if (entry == entries_.end()) return keys;
    for (const auto& [key, said] : entry->second.by_key) keys.push_back(key);
    return keys;
}

}  // namespace consularia::infra::kafka
