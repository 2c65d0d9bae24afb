#include "infra/kafka/bells.hpp"

#include <utility>

namespace consularia::infra::kafka {

Bells::Bells() : thread_([this] { run(); }) {}

Bells::~Bells() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Bells::ring(const std::shared_ptr<Bell>& bell) {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(bell->rung, true)) return;
        rung_.push_back(bell);
    }
    changed_.notify_one();
}

void Bells::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !rung_.empty(); });
        if (stopping_) return;
        const auto bell = std::move(rung_.front());
        rung_.pop_front();
        bell->rung = false;
        lock.unlock();
        {
            const std::lock_guard bell_lock(bell->mutex);
            if (bell->ready) bell->ready();
        }
        lock.lock();
    }
}

}  // namespace consularia::infra::kafka
