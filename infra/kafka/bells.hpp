#pragma once
// Calls of `ready` outside of librdkafka's own callbacks, from which it must not be called back.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace consularia::infra {

/// One tail's `ready`.
struct KafkaBell {
    std::mutex mutex;             ///< Guards `ready`, and is held while it runs.
    std::function<void()> ready;  ///< May be empty.
    bool rung = false;            ///< Guarded by the bells' mutex.
};

/// Thread-safe. Ends its thread when it goes; what has rung by then may stay uncalled.
class KafkaBells {
  public:
    KafkaBells();
    KafkaBells(const KafkaBells&) = delete;
    KafkaBells& operator=(const KafkaBells&) = delete;
    ~KafkaBells();

    /// Has `ready` called soon. Does not wait for anything that runs `ready`.
    void ring(const std::shared_ptr<KafkaBell>& bell);

  private:
    void run();

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::shared_ptr<KafkaBell>> rung_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace consularia::infra
