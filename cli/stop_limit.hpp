#pragma once
// Ends a process whose threads do not end.

#include <chrono>
#include <thread>

namespace consularia::cli {

/// While this lives the process is being stopped. If that takes longer than the limit, because a
/// disk or a broker does not answer, the process ends all the same, with exit code 1 and a line in
/// the log. Acknowledged writes are durable; all others were answered with an unknown fate.
class StopLimit {
  public:
    explicit StopLimit(std::chrono::milliseconds limit);

  private:
    std::jthread thread_;
};

}  // namespace consularia::cli
