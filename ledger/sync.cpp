#include "ledger/sync.hpp"

#include "ledger/ends.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace consularia::ledger {

namespace {

/// After a query without any answer.
constexpr std::chrono::milliseconds kBackOff{50};

}  // namespace

class Sync::Impl {
  public:
    Impl(Ledger& ledger, std::vector<PartitionWorker*> workers, const Clock& clock);

    void wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done);
    void stop();

    const bool free;

  private:
    struct Wait {
        Partition partition;
        Clock::Steady deadline;
        std::function<void(bool)> done;
    };

    void run();
    void hand_over(std::vector<Wait> waits, const std::map<Partition, Position>& ends);
    void keep(Wait wait);

    Ends ends_;  // of the thread
    const std::vector<PartitionWorker*> workers_;
    const Clock& clock_;

    std::mutex mutex_;  // guards the next two
    std::vector<Wait> arrived_;
    bool stopped_ = false;
    std::condition_variable changed_;

    std::mutex join_mutex_;  // guards thread_
    std::thread thread_;
};

Sync::Impl::Impl(Ledger& ledger, std::vector<PartitionWorker*> workers, const Clock& clock)
    : free(!ledger.shared()), ends_(ledger), workers_(std::move(workers)), clock_(clock) {
    if (!free) thread_ = std::thread([this] { run(); });
}

void Sync::Impl::wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done) {
    if (free) return done(true);
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_) {
            arrived_.push_back({partition, deadline, std::move(done)});
            changed_.notify_one();
            return;
        }
    }
    done(false);
}

void Sync::Impl::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_one();
    }
    const std::lock_guard joining(join_mutex_);
    if (thread_.joinable()) thread_.join();
}

void Sync::Impl::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopped_ || !arrived_.empty(); });
        std::vector<Wait> waits = std::exchange(arrived_, {});
        const bool last = stopped_;
        lock.unlock();
        if (last) {
            for (const Wait& wait : waits) wait.done(false);
            return;
        }
        // Who arrives from here on gets the next query: this one may be answered already.
        std::set<Partition> partitions;
        for (const Wait& wait : waits) partitions.insert(wait.partition);
        const auto ends = ends_.ask(partitions);
        hand_over(std::move(waits), ends);
        lock.lock();
        if (ends.empty()) changed_.wait_for(lock, kBackOff, [this] { return stopped_; });
    }
}

void Sync::Impl::hand_over(std::vector<Wait> waits, const std::map<Partition, Position>& ends) {
    for (Wait& wait : waits) {
        if (const auto end = ends.find(wait.partition); end != ends.end()) {
            workers_.at(wait.partition)
                ->when_applied(end->second, wait.deadline, std::move(wait.done));
        } else {
            keep(std::move(wait));
        }
    }
}

/// For the next query, if there is still time for it.
void Sync::Impl::keep(Wait wait) {
    if (wait.deadline <= clock_.steady()) return wait.done(false);
    const std::lock_guard lock(mutex_);
    arrived_.push_back(std::move(wait));
}

Sync::Sync(Ledger& ledger, std::vector<PartitionWorker*> workers, const Clock& clock)
    : impl_(std::make_unique<Impl>(ledger, std::move(workers), clock)) {}

Sync::~Sync() {
    stop();
}

bool Sync::free() const {
    return impl_->free;
}

void Sync::wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done) {
    impl_->wait(partition, deadline, std::move(done));
}

void Sync::stop() {
    impl_->stop();
}

}  // namespace consularia::ledger
