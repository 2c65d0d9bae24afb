#include "node/storage_watch.hpp"

#include "infra/files.hpp"
#include "ledger/log/storage_error.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kEvery{500};
constexpr ledger::Place kPlace{std::nullopt, ledger::Part::storage};

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

void StorageWatch::look() {
    const auto doing = health_.begin(kPlace);
    std::string why;
    try {
        const auto available = infra::available_bytes(directory_);
        if (available < min_free_bytes_) {
            why = "the server is out of storage: " + std::to_string(available) +
                  " bytes are free, " + std::to_string(min_free_bytes_) + " are kept in reserve";
        }
    } catch (const ledger::StorageError& error) {
        why = error.what();
    }
    nearly_full_ = !why.empty();
    if (why.empty()) {
        health_.fine(kPlace);
    } else {
        health_.fails(kPlace, std::move(why));
    }
}

}  // namespace consularia::node
