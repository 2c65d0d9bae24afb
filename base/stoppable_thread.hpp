#pragma once
// A thread that ends when its owner asks for it.

#include <chrono>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace consularia {

/// A std::jthread with a stop() that several threads may call, and more than once. A thread whose
/// owner only destroys it can be a plain std::jthread.
class StoppableThread {
  public:
    /// Has to return soon after a stop is requested.
    using Run = std::function<void(const std::stop_token&)>;

    /// Without a thread, until start().
    StoppableThread() = default;

    explicit StoppableThread(Run run) { start(std::move(run)); }

    StoppableThread(const StoppableThread&) = delete;
    StoppableThread& operator=(const StoppableThread&) = delete;

    ~StoppableThread() { stop(); }

    /// Call it at most once. Does nothing after stop().
    void start(Run run);

    /// Requests a stop and waits for the thread's end. Not to be called by the thread itself.
    void stop();

  private:
    std::mutex mutex_;  ///< Guards the others, and is held while the thread is joined.
    bool stopped_ = false;
    std::jthread thread_;
};

/// Sleeps, but not beyond a request to stop. Returns whether there was one.
[[nodiscard]] bool stopped_within(
    const std::stop_token& stop, std::chrono::steady_clock::duration time
);

}  // namespace consularia
