#include "node/history_keeper.hpp"

#include "infra/files.hpp"
#include "infra/rocks/store.hpp"
#include "infra/thread_priority.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::node {

namespace {

constexpr std::size_t kWriteBuffer = std::size_t{4} << 20;
constexpr std::size_t kBlockCache = std::size_t{8} << 20;

}  // namespace

HistoryKeeper::HistoryKeeper(
    const journal::Journal& journal, std::filesystem::path directory, std::uint64_t min_free_bytes
)
    : journal_(journal), directory_(std::move(directory)), min_free_bytes_(min_free_bytes) {}

HistoryKeeper::~HistoryKeeper() {
    stop();
}

void HistoryKeeper::stop() {
    std::jthread last;
    std::deque<Wanted> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        last = std::move(thread_);
    }
    changed_.notify_all();
    if (last.joinable()) last.join();
    {
        const std::lock_guard lock(mutex_);
        left.swap(wanted_);
    }
    for (const auto& one : left) {
        for (const auto& alarm : one.alarms) alarm->ring();
    }
}

api::FoundHistories HistoryKeeper::find(
    domain::OrganizationId organization,
    ledger::Sequence sequence,
    const std::shared_ptr<api::Alarm>& alarm
) {
    using api::HistoryState;
    const std::lock_guard lock(mutex_);
    if (store_ && fitting_.contains(organization)) {
        auto tree = look(organization);
        if (tree.head.size >= sequence) return {HistoryState::ready, std::move(tree)};
    }
    if (stopping_ || failed_.erase(organization) > 0) return {};
    auto found = std::ranges::find(wanted_, organization, &Wanted::organization);
    if (found == wanted_.end()) found = wanted_.insert(found, Wanted{organization, 0, {}});
    found->sequence = std::max(found->sequence, sequence);
    found->alarms.push_back(alarm);
    if (!thread_.joinable()) thread_ = std::jthread([this] { run(); });
    changed_.notify_all();
    return {HistoryState::behind, {}};
}

/// Precondition: the mutex is held, and the store is open.
api::HistoryTree HistoryKeeper::look(domain::OrganizationId organization) const {
    auto reader = store_->snapshot();
    auto head = journal::find_histories(*reader, organization);
    return {head, std::move(reader)};
}

void HistoryKeeper::run() {
    infra::lower_thread_priority();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !wanted_.empty(); });
        if (stopping_) return;
        const auto organization = wanted_.front().organization;
        const auto sequence = wanted_.front().sequence;
        lock.unlock();
        bool done = true;
        bool failed = false;
        try {
            open();
            done = step(organization, sequence);
        } catch (const std::exception& error) {
            spdlog::error(
                "the histories of organization {} are behind: {}",
                organization.to_string(),
                error.what()
            );
            failed = true;
        }
        if (done || failed) settle(organization, failed);
        lock.lock();
        // The next one has its turn.
        if (wanted_.size() > 1 && wanted_.front().organization == organization) {
            std::ranges::rotate(wanted_, wanted_.begin() + 1);
        }
    }
}

void HistoryKeeper::open() {
    {
        const std::lock_guard lock(mutex_);
        if (store_) return;
    }
    infra::rocks::StoreOptions options;
    options.write_buffer_bytes = kWriteBuffer;
    options.block_cache_bytes = kBlockCache;
    options.min_free_bytes = min_free_bytes_;
    std::unique_ptr<tables::Store> store;
    try {
        store = infra::rocks::open_store(directory_, journal::history_schema(), options);
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::error("the store of histories is damaged, so it is made again: {}", error.what());
        infra::remove_tree(directory_);
        store = infra::rocks::open_store(directory_, journal::history_schema(), options);
    }
    const std::lock_guard lock(mutex_);
    store_ = std::move(store);
}

/// Whether nothing is left to do.
bool HistoryKeeper::step(domain::OrganizationId organization, ledger::Sequence sequence) {
    journal::Histories histories(*store_, journal_);
    const auto fits = [&] {
        const std::lock_guard lock(mutex_);
        return fitting_.contains(organization);
    };
    if (!fits()) {
        if (!histories.fits(organization)) {
            (void)histories.erase_some(organization);
            return false;
        }
        const std::lock_guard lock(mutex_);
        fitting_.insert(organization);
    }
    return histories.advance(organization, sequence) >= sequence;
}

/// Wakes who waits for this one, unless more is wanted by now.
void HistoryKeeper::settle(domain::OrganizationId organization, bool failed) {
    std::vector<std::shared_ptr<api::Alarm>> waiting;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(wanted_, organization, &Wanted::organization);
        if (found == wanted_.end()) return;
        if (failed) failed_.insert(organization);
        const bool enough = failed || look(organization).head.size >= found->sequence;
        if (!enough) return;
        waiting.swap(found->alarms);
        wanted_.erase(found);
    }
    for (const auto& alarm : waiting) alarm->ring();
}

}  // namespace consularia::node
