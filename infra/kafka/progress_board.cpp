#include "infra/kafka/progress_board.hpp"

#include <utility>

namespace consularia::infra::kafka {

using reactions::webhooks::Progress;

namespace {

/// With about what the map takes.
std::size_t bytes_of(const std::pair<const std::string, std::optional<std::string>>& row) {
    constexpr std::size_t kAround = 160;
    return kAround + row.first.size() + (row.second ? row.second->size() : 0);
}

}  // namespace

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

std::set<domain::WebhookId> ProgressBoard::all() const {
    const std::lock_guard lock(mutex_);
    return fold_.all();
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

void ProgressBoard::tell(std::string key, std::optional<std::string> row) {
    const std::lock_guard lock(mutex_);
    const auto [waiting, is_new] = rows_waiting_.try_emplace(std::move(key));
    if (!is_new) rows_bytes_ -= bytes_of(*waiting);
    waiting->second = std::move(row);
    rows_bytes_ += bytes_of(*waiting);
    if (rows_bytes_ > kWaitingRows) {
        rows_bytes_ -= bytes_of(*waiting);
        rows_waiting_.erase(waiting);
    }
    changed_.notify_all();
}

std::vector<ProgressRecord> ProgressBoard::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] {
        return !waiting_.empty() || !surpassed_.empty() || !rows_waiting_.empty();
    });
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
    rows_under_way_ = std::exchange(rows_waiting_, {});
    for (const auto& [key, row] : rows_under_way_) records.push_back({key, row});
    return records;
}

void ProgressBoard::settle() {
    const std::lock_guard lock(mutex_);
    for (const auto& row : std::exchange(rows_under_way_, {})) rows_bytes_ -= bytes_of(row);
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
    rows_waiting_.merge(rows_under_way_);
    for (const auto& row : std::exchange(rows_under_way_, {})) rows_bytes_ -= bytes_of(row);
}

}  // namespace consularia::infra::kafka
