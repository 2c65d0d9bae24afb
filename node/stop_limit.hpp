#pragma once
// Ends a process whose threads do not end.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace consularia::node {

/// While this lives the process is being stopped. If that takes longer than the limit, because a
/// disk or a broker does not answer, the process ends all the same, with exit code 1 and a line in
/// the log. Acknowledged writes are durable; all others were answered with an unknown fate.
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
