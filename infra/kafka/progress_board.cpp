#include "infra/kafka/progress_board.hpp"

#include <utility>

namespace consularia::infra::kafka {

using reactions::webhooks::Progress;

void ProgressBoard::apply(std::string_view key, const std::optional<std::string_view>& value) {
    const std::lock_guard lock(mutex_);
    (void)fold_.apply(key, value);
}

void ProgressBoard::begin_epoch() {
    const std::lock_guard lock(mutex_);
    epoch_ = fold_.next_epoch();
}

std::optional<Progress> ProgressBoard::find(domain::WebhookId webhook) const {
    const std::lock_guard lock(mutex_);
    auto found = fold_.find(webhook);
    for (const auto* changes : {&under_way_, &waiting_}) {
        const auto change = changes->find(webhook);
        if (change == changes->end()) continue;
        const auto& said = change->second;
        if (!said || !found || said->cursor >= found->cursor) found = said;
    }
    return found;
}

void ProgressBoard::save(domain::WebhookId webhook, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    const auto known = fold_.find(webhook);
    if (known && known->cursor > progress.cursor) return;
    const auto waiting = waiting_.find(webhook);
    if (waiting != waiting_.end() && waiting->second && waiting->second->cursor > progress.cursor) {
        return;
    }
    waiting_.insert_or_assign(webhook, progress);
    changed_.notify_all();
}

void ProgressBoard::erase(domain::WebhookId webhook) {
    const std::lock_guard lock(mutex_);
    waiting_.insert_or_assign(webhook, std::nullopt);
    changed_.notify_all();
}

std::vector<ProgressRecord> ProgressBoard::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return !waiting_.empty() || !surpassed_.empty(); });
    std::vector<ProgressRecord> records;
    for (const auto& [webhook, progress] : waiting_) {
        if (progress) {
            const ProgressKey key{.webhook = webhook, .epoch = epoch_, .writer = writer_};
            records.push_back({.key = format_key(key), .value = encode_progress(*progress)});
            continue;
        }
        for (auto& key : fold_.keys_of(webhook)) records.push_back({std::move(key), std::nullopt});
    }
    for (const auto& key : surpassed_) records.push_back({.key = key, .value = std::nullopt});
    under_way_ = std::exchange(waiting_, {});
    surpassed_.clear();
    // Its own records are folded at once: what is surpassed does not depend on reading them back.
    for (const auto& [key, value] : records) {
        if (value) (void)fold_.apply(key, *value);
    }
    return records;
}

void ProgressBoard::settle() {
    const std::lock_guard lock(mutex_);
    for (const auto& [webhook, progress] : std::exchange(under_way_, {})) {
        if (!progress) continue;
        const ProgressKey ours{.webhook = webhook, .epoch = epoch_, .writer = writer_};
        for (auto& key : fold_.surpassed_by(ours)) surpassed_.insert(std::move(key));
    }
}

void ProgressBoard::take_back() {
    const std::lock_guard lock(mutex_);
    waiting_.merge(under_way_);
    under_way_.clear();
}

}  // namespace consularia::infra::kafka
