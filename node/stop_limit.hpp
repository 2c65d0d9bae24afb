#pragma once
// The end of a process whose threads do not end.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace consularia::node {

/// While one lives the process is being stopped. When that takes longer than the limit, because a
/// disk does not answer or a broker does not let go, the process ends all the same, with exit code
/// 1 and a line in the log: what was acknowledged is durable, and the rest was told that it may not
/// have been.
class StopLimit {
  public:
    explicit StopLimit(std::chrono::milliseconds limit);
    StopLimit(const StopLimit&) = delete;
    StopLimit& operator=(const StopLimit&) = delete;
    ~StopLimit();

  private:
    void run(std::chrono::milliseconds limit);

    std::mutex mutex_;  ///< Guards stopped_.
    std::condition_variable changed_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace consularia::node
