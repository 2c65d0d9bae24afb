#include "infra/kafka/bells.hpp"

#include <utility>

namespace consularia::infra::kafka {

Bells::Bells() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Bells::ring(const std::shared_ptr<Bell>& bell) {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(bell->rung, true)) return;
        rung_.push_back(bell);
    }
    changed_.notify_one();
}

void Bells::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, stop, [this] { return !rung_.empty(); });
        if (stop.stop_requested()) return;
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
