#pragma once
// A thread that calls a function from time to time.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace consularia::node {

/// Calls a function, which must not throw, with this pause between two calls.
class Periodic {
  public:
    Periodic(std::chrono::milliseconds every, std::function<void()> call);
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;
    ~Periodic();

    /// Waits for the current call.
    void stop();

  private:
    void run(std::chrono::milliseconds every);

    const std::function<void()> call_;
    std::mutex mutex_;  ///< Guards stopping_.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace consularia::node
