#include "ledger/log/sync.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace consularia::ledger {

namespace {

/// The pause after a query without any answer.
constexpr std::chrono::milliseconds kBackOff{50};

}  // namespace

Sync::Sync(
    Ledger& ledger,
    WhenApplied when_applied,
    const Clock& clock,
    std::chrono::milliseconds longest_pause
)
    : free_(!ledger.shared()),
      ends_(ledger),
      when_applied_(std::move(when_applied)),
      clock_(clock),
      longest_pause_(longest_pause) {
    if (!free_) thread_.start([this](const std::stop_token& stop) { run(stop); });
}

void Sync::wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done) {
    if (free_) return done(true);
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            arrived_.push_back({partition, deadline, std::move(done)});
            if (arrived_.size() >= awaited_) changed_.notify_one();
            return;
        }
    }
    done(false);
}

void Sync::run(const std::stop_token& stop) {
    std::size_t many = 0;
    Clock::Steady::duration pause{};
    std::unique_lock lock(mutex_);
    while (true) {
        await_arrivals(lock, stop, 1, std::nullopt);
        if (many >= kMany) await_arrivals(lock, stop, many, std::min(pause, longest_pause_));
        std::vector<Wait> waits = std::exchange(arrived_, {});
        const bool last = stop.stop_requested();
        ended_ = last;
        lock.unlock();
        if (last) {
            for (const Wait& wait : waits) wait.done(false);
            return;
        }
        many = waits.size();
        pause = ask_for(std::move(waits), stop);
        lock.lock();
    }
}

void Sync::await_arrivals(
    std::unique_lock<std::mutex>& lock,
    const std::stop_token& stop,
    std::size_t count,
    std::optional<Clock::Steady::duration> longest
) {
    awaited_ = count;
    const auto arrived = [this] { return arrived_.size() >= awaited_; };
    if (longest) {
        changed_.wait_for(lock, stop, *longest, arrived);
    } else {
        changed_.wait(lock, stop, arrived);
    }
}

/// Requests that arrive from here on get the next query: this one may already be answered.
Clock::Steady::duration Sync::ask_for(std::vector<Wait> waits, const std::stop_token& stop) {
    const Clock::Steady asked_at = clock_.steady();
    std::set<Partition> partitions;
    for (const Wait& wait : waits) partitions.insert(wait.partition);
    const auto ends = ends_.ask(partitions);
    const auto took = clock_.steady() - asked_at;
    hand_over(std::move(waits), ends);
    if (ends.empty()) (void)stopped_within(stop, kBackOff);
    return took;
}

void Sync::hand_over(std::vector<Wait> waits, const std::map<Partition, Position>& ends) {
    for (Wait& wait : waits) {
        if (const auto end = ends.find(wait.partition); end != ends.end()) {
            when_applied_(wait.partition, end->second, wait.deadline, std::move(wait.done));
        } else {
            keep(std::move(wait));
        }
    }
}

/// Keeps the wait for the next query, if there is still time.
void Sync::keep(Wait wait) {
    if (wait.deadline <= clock_.steady()) return wait.done(false);
    const std::lock_guard lock(mutex_);
    arrived_.push_back(std::move(wait));
}

}  // namespace consularia::ledger
