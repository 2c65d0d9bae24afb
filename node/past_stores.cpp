#include "node/past_stores.hpp"

#include "infra/files.hpp"
#include "infra/rocks/read_store.hpp"
#include "ledger/log/no_space_error.hpp"
#include "projections/fold.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <string>
#include <utility>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriteBuffer = std::size_t{4} << 20;
constexpr std::size_t kBlockCache = std::size_t{8} << 20;

void remove_quietly(const fs::path& place) {
    try {
        infra::remove_tree(place);
    } catch (const ledger::StorageError& error) {
        spdlog::warn("a store of the past is left behind: {}", error.what());
    }
}

}  // namespace

/// A store in a place of its own, which is removed with it: readers keep it.
class PastStores::Built {
  public:
    Built(fs::path place, std::uint64_t min_free_bytes) : place_(std::move(place)) {
        infra::rocks::StoreOptions options;
        options.write_buffer_bytes = kWriteBuffer;
        options.block_cache_bytes = kBlockCache;
        options.min_free_bytes = min_free_bytes;
        store_ = infra::rocks::open_read_store(place_, options);
    }

    Built(const Built&) = delete;
    Built& operator=(const Built&) = delete;

    ~Built() {
        reader_.reset();
        store_.reset();
        remove_quietly(place_);
    }

    [[nodiscard]] projections::ReadStore& store() { return *store_; }

    /// To be called once it is complete.
    void complete() { reader_ = store_->snapshot(); }

    [[nodiscard]] const projections::Reader* reader() const { return reader_.get(); }

  private:
    const fs::path place_;
    std::unique_ptr<projections::ReadStore> store_;
    std::shared_ptr<const projections::Reader> reader_;
};

PastStores::PastStores(PastStoresContext context, PastLimits limits)
    : context_(std::move(context)), limits_(limits) {
    infra::remove_tree(context_.directory);
}

PastStores::~PastStores() {
    stop();
    entries_.clear();
    remove_quietly(context_.directory);
}

void PastStores::stop() {
    stopping_ = true;
    std::jthread last;
    {
        const std::lock_guard lock(mutex_);
        last = std::move(thread_);
    }
    if (last.joinable()) last.join();
}

api::PastStore PastStores::find(
    domain::OrganizationId organization,
    ledger::Sequence sequence,
    const std::shared_ptr<api::Alarm>& alarm
) {
    using api::PastState;
    const Key key{organization, sequence};
    if (sequence > limits_.events) return {PastState::too_large, nullptr};
    const std::lock_guard lock(mutex_);
    drop_old();
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    if (found != entries_.end()) {
        found->used = context_.clock.steady();
        entries_.splice(entries_.begin(), entries_, found);
        if (!found->built) return {PastState::too_large, nullptr};
        return {PastState::ready, {found->built, found->built->reader()}};
    }
    if (building_ == key) {
        waiting_.push_back(alarm);
        return {PastState::building, nullptr};
    }
    if (building_ || stopping_) return {PastState::busy, nullptr};
    if (std::exchange(failed_, std::nullopt) == key) return {PastState::failed, nullptr};
    begin(key, alarm);
    return {PastState::building, nullptr};
}

/// Precondition: the mutex is held.
void PastStores::drop_old() {
    const auto now = context_.clock.steady();
    while (!entries_.empty() && entries_.back().used + limits_.kept_for < now) entries_.pop_back();
}

/// Precondition: the mutex is held, and nothing is being built.
void PastStores::begin(const Key& key, const std::shared_ptr<api::Alarm>& alarm) {
    building_ = key;
    waiting_ = {alarm};
    const auto place = context_.directory / std::to_string(++count_);
    thread_ = std::jthread([this, key, place] { build(key, place); });
}

void PastStores::build(const Key& key, const fs::path& place) {
    try {
        fs::create_directories(context_.directory);
        auto built = std::make_shared<Built>(place, context_.min_free_bytes);
        const auto now = context_.store.snapshot();
        const auto folded = projections::fold_organization(
            built->store(),
            {*now, context_.journal, context_.inputs.codec},
            context_.inputs,
            key.organization,
            key.sequence,
            limits_.bytes,
            [this] { return stopping_.load(); }
        );
        switch (folded) {
            case projections::Folded::done:
                built->complete();
                return finish(key, std::move(built));
            case projections::Folded::too_large:
                return finish(key, std::shared_ptr<Built>());
            case projections::Folded::stopped:
                return finish(key, std::nullopt);
        }
    } catch (const std::exception& error) {
        spdlog::error("a past list cannot be built: {}", error.what());
        finish(key, std::nullopt);
    }
}

/// Without a result the build has failed.
void PastStores::finish(const Key& key, std::optional<std::shared_ptr<Built>> result) {
    std::vector<std::shared_ptr<api::Alarm>> waiting;
    std::list<Entry> dropped;  // removed after the lock
    {
        const std::lock_guard lock(mutex_);
        building_.reset();
        if (result) {
            entries_.push_front({key, *std::move(result), context_.clock.steady()});
        } else {
            failed_ = key;
        }
        while (entries_.size() > limits_.kept) {
            dropped.splice(dropped.begin(), entries_, std::prev(entries_.end()));
        }
        waiting.swap(waiting_);
    }
    for (const auto& alarm : waiting) alarm->ring();
}

}  // namespace consularia::node
