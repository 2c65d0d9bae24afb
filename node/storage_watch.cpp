#include "node/storage_watch.hpp"

#include "infra/files.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kEvery{500};
constexpr ledger::Component kComponent{std::nullopt, ledger::Part::storage};

std::string shortage(std::uint64_t available, std::uint64_t needed) {
    return "the server is out of storage: " + std::to_string(available) + " bytes are free, " +
           std::to_string(needed) + " are needed";
}

}  // namespace

StorageWatch::StorageWatch(
    std::filesystem::path directory, std::uint64_t min_free_bytes, ledger::Health& health
)
    : directory_(std::move(directory)),
      min_free_bytes_(min_free_bytes),
      health_(health),
      thread_(kEvery, [this] { look(); }) {
    look();
}

void StorageWatch::note_append(std::uint64_t available, std::uint64_t needed) {
    const std::lock_guard lock(mutex_);
    if (available < needed) {
        refused_ = needed;
        ++refusals_;
        health_.fails(kComponent, shortage(available, needed));
    } else if (std::exchange(refused_, 0) > 0) {
        health_.fine(kComponent);
    }
}

void StorageWatch::look() {
    const auto doing = health_.begin(kComponent);
    const auto [refused, refusals] = [this] {
        const std::lock_guard lock(mutex_);
        return std::pair(refused_, refusals_);
    }();
    bool nearly_full = true;
    std::string why;
    try {
        const auto available = infra::available_bytes(directory_);
        const auto needed = std::max(min_free_bytes_, refused);
        nearly_full = available < min_free_bytes_;
        if (available < needed) why = shortage(available, needed);
    } catch (const ledger::StorageError& error) {
        why = error.what();
    }
    nearly_full_ = nearly_full;
    const std::lock_guard lock(mutex_);
    if (!why.empty()) return health_.fails(kComponent, std::move(why));
    if (refusals_ != refusals) return;  // An append has found less since.
    refused_ = 0;
    health_.fine(kComponent);
}

}  // namespace consularia::node
