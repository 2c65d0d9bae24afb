#include "api/http/loop_watch.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api::http {

namespace {

constexpr std::chrono::milliseconds kLookAtLeastEvery{100};

}  // namespace

LoopWatch::LoopWatch(
    std::vector<Loop*> loops, LoopWatchLimits limits, std::function<void(std::size_t)> report
)
    : loops_(std::move(loops)),
      limits_(limits),
      report_(std::move(report)),
      thread_(std::min(limits.patience, kLookAtLeastEvery), [this] {
          look(std::chrono::steady_clock::now());
      }) {}

void LoopWatch::look(Loop::Steady now) {
    std::vector<Loop::Steady> since;
    for (const auto* loop : loops_) loop->list_hanging(since);
    const auto stalled =
        static_cast<std::size_t>(std::ranges::count_if(since, [&](Loop::Steady begin) {
            return now - begin >= limits_.stalled_after;
        }));
    const bool refuses = since.size() >= limits_.hanging && stalled > 0;
    refuses_reads_ = refuses;
    std::size_t more = limits_.hanging + (refuses ? loops_.size() : 0);
    more -= std::min(more, since.size());
    for (auto* loop : loops_) {
        // Every loop is asked, because that determines when a step began.
        const bool stuck = loop->is_stuck(now, limits_.patience);
        if (stuck && more > 0 && loop->replace_runner()) --more;
    }
    if (report_ && std::exchange(reported_, stalled) != stalled) report_(stalled);
}

}  // namespace consularia::api::http
