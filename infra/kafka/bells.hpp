#pragma once
// Calls of `ready` outside of librdkafka's own callbacks, from which it must not be called back.

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

/// Thread-safe. Ends its thread when it goes; what has rung by then may stay uncalled.
class Bells {
  public:
    Bells();
    Bells(const Bells&) = delete;
    Bells& operator=(const Bells&) = delete;
    ~Bells();

    /// Has `ready` called soon. Does not wait for anything that runs `ready`.
    void ring(const std::shared_ptr<Bell>& bell);

  private:
    void run();

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Bell>> rung_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace consularia::infra::kafka
