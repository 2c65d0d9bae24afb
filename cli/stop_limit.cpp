#include "cli/stop_limit.hpp"

#include "base/stoppable_thread.hpp"

#include <cstdlib>
#include <spdlog/spdlog.h>

namespace consularia::cli {

namespace {

constexpr int kFailed = 1;
/// For the log's thread, which may hang too.
constexpr std::chrono::milliseconds kLastWords{200};

void watch(const std::stop_token& stopped, std::chrono::milliseconds limit) {
    if (stopped_within(stopped, limit)) return;
    spdlog::critical(
        "not stopped within {} ms: a thread does not return. The process ends now; acknowledged "
        "writes are durable",
        limit.count()
    );
    (void)stopped_within(stopped, kLastWords);
    std::_Exit(kFailed);
}

}  // namespace

StopLimit::StopLimit(std::chrono::milliseconds limit)
    : thread_([limit](const std::stop_token& stopped) { watch(stopped, limit); }) {}

}  // namespace consularia::cli
