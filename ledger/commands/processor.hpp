#pragma once
// The heart: takes commands to facts for one partition. A state machine without threads or waiting,
// so that a test can interleave it with anything; partition_worker runs it on a thread.

#include "ledger/commands/batch.hpp"
#include "ledger/commands/overlay.hpp"
#include "ledger/commands/pending.hpp"
#include "ledger/commands/queue.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/commands/turns.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::ledger {

struct ProcessorLimits {
    std::size_t batch_commands = 256;  ///< Commands decided for one append.
    /// What the commands decided for one append may cost together, one of them at least: whoever
    /// comes next waits for no more than that.
    std::size_t batch_bytes = 512 << 10;
    std::size_t tail_entries = 1024;  ///< Records read in one step.
    /// After an append of unknown fate, and no verdict, the same records are appended again.
    std::chrono::milliseconds repeat_after{50};
    /// How long an append that failed counts as failing when nobody wants another one.
    std::chrono::milliseconds append_failure_holds{10'000};
    std::int64_t idempotency_ttl_micros = 24LL * 3600 * 1'000'000;
};

/// Not thread-safe: one caller. Handlers are called from within step() and abandon(), and must not
/// call back.
class PartitionProcessor {
  public:
    PartitionProcessor(
        Partition partition,
        Ledger& ledger,
        StateStore& store,
        const Clock& clock,
        ProcessorLimits limits,
        std::function<void()> tail_ready,
        PartitionHealth health = {}
    );

    /// Takes commands in the order in which they came; organizations are served in turn.
    void enqueue(std::vector<Pending> commands);

    /// Does what can be done now: applies the tail, then carries one batch as far as it gets.
    /// Returns whether another step would have something to do at once; if not, the next one is due
    /// when the tail is ready, and from time to time while there are unanswered commands. Throws
    /// StorageError when the log or the read store cannot be read or applied; no command is lost by
    /// it.
    bool step();

    /// What the present step is at, or the last one was when it threw.
    [[nodiscard]] Part doing() const { return doing_; }

    /// The last step found that another writer's record came first.
    [[nodiscard]] bool lost_race() const { return lost_race_; }

    /// When another step is due although nothing rings: it is others' turn to append until then.
    /// Empty when nothing waits for that.
    [[nodiscard]] std::optional<Clock::Steady> turn() const;

    /// Commands that have not been answered yet.
    [[nodiscard]] std::size_t unanswered() const;

    /// Answers everything unanswered with Unavailable.
    void abandon(const std::string& why);

    /// Everything before this position has been applied.
    [[nodiscard]] Position applied() const { return applied_; }

  private:
    void answer_overdue();
    bool apply_tail();
    void open_tail();
    bool read_tail();
    void apply_read();
    [[nodiscard]] std::vector<Judged> apply(std::span<const LogEntry> entries);

    /// Records that were read have not been applied: what is decided now would lose to them.
    [[nodiscard]] bool lags() const { return !read_.empty() && applied_ <= read_.back().position; }

    void decide_batch();
    [[nodiscard]] bool has_room(const Batch& batch, const Pending& next) const;
    void add_next(Batch& batch, Overlay& overlay, const Submission& next, domain::Timestamp now);
    bool carry_batch(bool applied_more);
    void append();
    void take_note_of_failure(const std::string& why, bool until_restart);
    bool settle();

    const Partition partition_;
    Ledger& ledger_;
    StateStore& store_;
    const Clock& clock_;
    const ProcessorLimits limits_;
    const std::function<void()> tail_ready_;
    const PartitionHealth health_;
    Part doing_ = Part::tail;

    std::unique_ptr<Tail> tail_;
    std::vector<LogEntry> read_;  ///< By the tail; all before applied_ is applied.
    Position applied_;
    CommandQueue queue_;
    Turns turns_;
    bool lost_race_ = false;

    std::optional<Batch> batch_;
    /// The position after the batch in the log, when its last append was acknowledged.
    std::optional<Position> batch_end_;
    Clock::Steady decided_at_{};
    /// Since when commands wait that could be decided; empty while none do.
    std::optional<Clock::Steady> waiting_since_;
    Clock::Steady repeat_at_{};
    /// What must be applied before the batch's held commands are answered, when that had to be
    /// asked.
    std::optional<Position> sync_target_;
};

}  // namespace consularia::ledger
