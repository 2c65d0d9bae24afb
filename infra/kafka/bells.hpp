#pragma once
// Calls `ready` functions outside librdkafka's own callbacks, from which librdkafka must not be
// called.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace consularia::infra::kafka {

/// One tail's `ready`.
struct Bell {
    std::mutex mutex;             ///< Guards `ready`, and is held while it runs.
    std::function<void()> ready;  ///< May be empty.
    bool rung = false;            ///< Guarded by the bells' mutex.
};

/// Thread-safe. The destructor ends the thread; bells that have rung by then may stay uncalled.
class Bells {
  public:
    Bells();

    /// Causes `ready` to be called soon. Never waits for a running `ready`.
    void ring(const std::shared_ptr<Bell>& bell);

  private:
    void run(const std::stop_token& stop);

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable_any changed_;
    std::deque<std::shared_ptr<Bell>> rung_;
    std::jthread thread_;
};

}  // namespace consularia::infra::kafka
