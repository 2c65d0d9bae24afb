#include "node/periodic.hpp"

#include <utility>

namespace consularia::node {

Periodic::Periodic(std::chrono::milliseconds every, std::function<void()> call)
    : call_(std::move(call)), thread_([this, every] { run(every); }) {}

Periodic::~Periodic() {
    stop();
}

void Periodic::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Periodic::run(std::chrono::milliseconds every) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, every, [this] { return stopping_; })) {
        lock.unlock();
        call_();
        lock.lock();
    }
}

}  // namespace consularia::node
