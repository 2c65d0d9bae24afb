#include "ledger/log/sync.hpp"

#include <chrono>
#include <set>
#include <utility>

namespace consularia::ledger {

namespace {

/// The pause after a query without any answer.
constexpr std::chrono::milliseconds kBackOff{50};

}  // namespace

Sync::Sync(Ledger& ledger, WhenApplied when_applied, const Clock& clock)
    : free_(!ledger.shared()),
      ends_(ledger),
      when_applied_(std::move(when_applied)),
      clock_(clock) {
    if (!free_) thread_.start([this](const std::stop_token& stop) { run(stop); });
}

void Sync::wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done) {
    if (free_) return done(true);
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            arrived_.push_back({partition, deadline, std::move(done)});
            changed_.notify_one();
            return;
        }
    }
    done(false);
}

void Sync::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, stop, [this] { return !arrived_.empty(); });
        std::vector<Wait> waits = std::exchange(arrived_, {});
        const bool last = stop.stop_requested();
        ended_ = last;
        lock.unlock();
        if (last) {
            for (const Wait& wait : waits) wait.done(false);
            return;
        }
        // Requests that arrive from here on get the next query: this one may already be answered.
        std::set<Partition> partitions;
        for (const Wait& wait : waits) partitions.insert(wait.partition);
        const auto ends = ends_.ask(partitions);
        hand_over(std::move(waits), ends);
        if (ends.empty()) (void)stopped_within(stop, kBackOff);
        lock.lock();
    }
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
