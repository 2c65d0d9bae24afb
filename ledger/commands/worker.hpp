#pragma once
// One thread per partition: a bounded queue of commands in front of a PartitionProcessor.

#include "ledger/commands/processor.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace consularia::ledger {

struct WorkerLimits {
    AdmissionLimits admission{};  ///< Commands beyond these limits are refused at once.
    ProcessorLimits processor{};
};

/// Thread-safe. The thread starts with start() and ends with drain() or the destructor, which
/// answers the remaining commands with Unavailable.
class PartitionWorker {
  public:
    /// All outlive this.
    PartitionWorker(
        Partition partition,
        Ledger& ledger,
        StateStore& store,
        const Clock& clock,
        WorkerLimits limits,
        PartitionHealth health = {}
    );
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

    [[nodiscard]] Position applied() const;

    /// The number of commands without an answer.
    [[nodiscard]] std::size_t unanswered() const;

    /// How often commands were decided again because another node's record came first.
    [[nodiscard]] std::uint64_t second_rounds() const;

    /// Whether it has caught up once and its thread runs.
    [[nodiscard]] bool serves() const;

    /// Answers commands past their deadline, unless the thread has taken them: it may be busy with
    /// something that does not return. To be called from time to time, from any thread.
    void answer_overdue();

    /// Refuses new commands, finishes the accepted ones (each by its deadline), ends the thread.
    void drain();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace consularia::ledger
