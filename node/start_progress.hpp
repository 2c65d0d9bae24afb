#pragma once
// The progress of a start, in words: "rebuilding the read store: 43 %, 2 min left at 8125/s".

#include "base/periodic.hpp"
#include "ledger/log/clock.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace consularia::node {

/// Thread-safe.
class StartProgress {
  public:
    /// How much is done, and how much there is to do, in any unit.
    struct Measure {
        std::uint64_t done = 0;
        std::uint64_t total = 0;
    };

    /// By the rate since the stage began.
    struct Estimate {
        Measure measure;                                    ///< Zeros if nothing is known.
        double per_second = 0;                              ///< 0 if it cannot be estimated yet.
        std::optional<std::chrono::duration<double>> left;  ///< The same.
    };

    using Look = std::function<Measure()>;

    /// The clock outlives this.
    explicit StartProgress(const ledger::Clock& clock) : clock_(clock) {}

    /// Begins a stage such as "rebuilding the read store". `look` (may be empty) is called by
    /// text() and estimate() until the next begin() or end(). It may throw StorageError: then
    /// nothing is known at the moment.
    void begin(std::string what, Look look = {});
    void end();

    /// Omits the percentage if it is unknown, and the rest if it cannot be estimated yet.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] Estimate estimate() const;

  private:
    [[nodiscard]] Measure look_now() const;
    [[nodiscard]] Estimate estimate_now() const;

    const ledger::Clock& clock_;
    mutable std::mutex mutex_;  ///< Guards what follows, and is held while look_ runs.
    std::string what_ = "opening its data";
    Look look_;
    Measure first_;
    ledger::Clock::Steady begun_at_{};
};

/// A stage that ends with the scope.
class StartStage {
  public:
    StartStage(StartProgress& progress, std::string what, StartProgress::Look look = {})
        : progress_(progress) {
        progress_.begin(std::move(what), std::move(look));
    }

    StartStage(const StartStage&) = delete;
    StartStage& operator=(const StartStage&) = delete;

    ~StartStage() { progress_.end(); }

  private:
    StartProgress& progress_;
};

/// Logs the text from time to time while this lives.
class ProgressLog {
  public:
    ProgressLog(const StartProgress& progress, std::chrono::milliseconds every);

  private:
    Periodic thread_;
};

}  // namespace consularia::node
