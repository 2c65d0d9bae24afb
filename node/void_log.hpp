#pragma once
// Logs the number of void records instead of each of them.

#include "base/periodic.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace consularia::node {

/// Thread-safe. Logs the number since its last line, at most once per interval, and once more at
/// its end.
class VoidLog {
  public:
    using Say = std::function<void(const std::string&)>;

    explicit VoidLog(Say say, std::chrono::milliseconds every = std::chrono::seconds(10));
    VoidLog(const VoidLog&) = delete;
    VoidLog& operator=(const VoidLog&) = delete;
    ~VoidLog();

    void note(ledger::Partition partition, ledger::Position position, std::string_view why);

  private:
    void report();

    const Say say_;
    std::mutex mutex_;  ///< Guards what follows.
    std::uint64_t count_ = 0;
    std::string last_;
    Periodic thread_;
};

}  // namespace consularia::node
