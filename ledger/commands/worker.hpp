#pragma once
// One thread per partition: a bounded queue of commands in front of a PartitionProcessor.

#include "base/wakeup.hpp"
#include "ledger/commands/admission.hpp"
#include "ledger/commands/applied_position.hpp"
#include "ledger/commands/processor.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace consularia::ledger {

struct WorkerLimits {
    AdmissionLimits admission{};  ///< Commands beyond these limits are refused at once.
    ProcessorLimits processor{};
};

/// Thread-safe. The thread starts with start() and ends with drain() or the destructor, which
/// answers the remaining commands with Unavailable.
class PartitionWorker {
  public:
    explicit PartitionWorker(const PartitionPorts& ports, WorkerLimits limits = {});
    PartitionWorker(const PartitionWorker&) = delete;
    PartitionWorker& operator=(const PartitionWorker&) = delete;
    ~PartitionWorker();

    /// Applies the log up to its present end on the calling thread, then starts the worker. Throws
    /// StorageError. `applied` (may be empty) is called with the progress. Call it once; a
    /// concurrent drain() ends it early.
    void start(const std::function<void(Position)>& applied = {});

    /// Queues a command. `reply` is called exactly once: on the worker's thread or, with
    /// Unavailable, on this one if there is no room or the worker drains.
    void submit(Submission submission, ReplyHandler reply);

    /// Calls `done(true)` once everything before `position` has been applied (at once if it has),
    /// `done(false)` if that does not happen by `deadline`. Called on the worker's thread or this
    /// one; must not block.
    void when_applied(Position position, Clock::Steady deadline, std::function<void(bool)> done);

    [[nodiscard]] Position applied() const { return applied_.get(); }

    /// The number of commands without an answer.
    [[nodiscard]] std::size_t unanswered() const { return admission_.commands(); }

    /// How often commands were decided again because another node's record came first.
    [[nodiscard]] std::uint64_t second_rounds() const { return second_rounds_; }

    /// Whether it has caught up once and its thread runs.
    [[nodiscard]] bool serves() const { return serves_; }

    /// Answers commands past their deadline, unless the thread has taken them: it may be busy with
    /// something that does not return. To be called from time to time, from any thread.
    void answer_overdue();

    /// Refuses new commands, finishes the accepted ones (each by its deadline), ends the thread.
    void drain();

  private:
    enum class Pause { none, idle, failure };

    [[nodiscard]] bool drains() const;
    [[nodiscard]] bool accept(Pending& command);
    void catch_up(const std::function<void(Position)>& progress);
    void run(const std::stop_token& stop);
    void take_commands();
    Pause step();
    bool step_processor();
    bool finished();
    void pause(Pause reason, const std::stop_token& stop);
    void wait_out(std::chrono::microseconds time, const std::stop_token& stop);
    void refuse_commands();
    void end();

    const Partition partition_;
    Ledger& ledger_;
    const Clock& clock_;
    const PartitionHealth health_;

    /// Shared with the tail's callbacks, which may run after this object is gone.
    const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
    AppliedPosition applied_;
    std::atomic<bool> serves_ = false;
    std::atomic<std::uint64_t> second_rounds_ = 0;

    Admission admission_;  ///< Outlives all commands.

    mutable std::mutex mutex_;  ///< Guards the next two.
    std::vector<Pending> arrived_;
    bool draining_ = false;

    PartitionProcessor processor_;  ///< The thread's; before that start()'s.

    std::mutex join_mutex_;  ///< Held while the thread is started or ended.
    std::jthread thread_;
};

}  // namespace consularia::ledger
