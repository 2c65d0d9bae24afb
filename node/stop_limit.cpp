#include "node/stop_limit.hpp"

#include <cstdlib>
#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

constexpr int kFailed = 1;
/// For the log's thread, which may hang too.
constexpr std::chrono::milliseconds kLastWords{200};

}  // namespace

StopLimit::StopLimit(std::chrono::milliseconds limit) : thread_([this, limit] { run(limit); }) {}

StopLimit::~StopLimit() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void StopLimit::run(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, limit, [this] { return stopped_; })) return;
    spdlog::critical(
        "not stopped within {} ms: something does not return. The process ends as it is; what was "
        "acknowledged is durable",
        limit.count()
    );
    changed_.wait_for(lock, kLastWords, [this] { return stopped_; });
    std::_Exit(kFailed);
}

}  // namespace consularia::node
