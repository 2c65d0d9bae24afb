#include "base/stoppable_thread.hpp"

#include <condition_variable>
#include <utility>

namespace consularia {

void StoppableThread::start(Run run) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    thread_ = std::jthread(std::move(run));
}

void StoppableThread::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

bool stopped_within(const std::stop_token& stop, std::chrono::steady_clock::duration time) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return stop.stop_requested();
}

}  // namespace consularia
