#pragma once
// The heart of the ledger: turns commands into facts for one partition. A state machine without
// threads or waits, so that a test can interleave it with anything; the worker runs it on a thread.

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
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::ledger {

struct ProcessorLimits {
    std::size_t batch_commands = 256;  ///< Commands decided for one append.
    /// The total cost of the commands decided for one append (at least one is taken): the next
    /// command waits for no more than that.
    std::size_t batch_bytes = 512 << 10;
    std::size_t tail_entries = 1024;  ///< Records read in one step.
    /// After an append of unknown fate without a verdict, the same records are appended again after
    /// this time.
    std::chrono::milliseconds repeat_after{50};
    /// How long a failed append counts as failing if there is no other append.
    std::chrono::milliseconds append_failure_holds{10'000};
    std::chrono::microseconds idempotency_ttl = kIdempotencyTtl;
};

/// What commands of one partition are carried out with. All of it outlives its users.
struct PartitionPorts {
    Partition partition = 0;
    Ledger& ledger;
    StateStore& store;
    const RecordCodec& codec;
    const Clock& clock;
    PartitionHealth health{};
};

/// Not thread-safe: one caller. Handlers are called from within step() and abandon(), and must not
/// call back.
class PartitionProcessor {
  public:
    /// `tail_ready` is called from any thread when there is more to read.
    PartitionProcessor(
        const PartitionPorts& ports, ProcessorLimits limits, std::function<void()> tail_ready
    );

    /// Takes commands in order of arrival; organizations are served in turn.
    void enqueue(std::vector<Pending> commands);

    /// Does everything that is possible now: applies the tail, then advances one batch as far as
    /// possible. Returns whether another step would have something to do at once; if not, the next
    /// one is due when the tail is ready, and from time to time while there are unanswered
    /// commands. Throws StorageError if the log cannot be read, or the read store cannot be read or
    /// written; no command is lost by that.
    bool step();

    /// The part that the current step works on, or the last step worked on when it threw.
    [[nodiscard]] Part doing() const { return doing_; }

    /// Whether the last step found that another writer's record came first.
    [[nodiscard]] bool lost_race() const { return lost_race_; }

    /// When another step is due without any wakeup: until then it is the turn of other writers.
    /// Empty if nothing waits for a turn.
    [[nodiscard]] std::optional<Clock::Steady> turn() const;

    /// Commands that have not been answered yet.
    [[nodiscard]] std::size_t unanswered() const;

    /// Answers everything unanswered with Unavailable.
    void abandon(const std::string& why);

    /// Everything before this position has been applied.
    [[nodiscard]] Position applied() const { return applied_; }

  private:
    // Those that return a bool return whether another step would have something to do at once.

    void answer_overdue();
    bool apply_tail();
    void open_tail();
    /// Whether there was anything to read.
    [[nodiscard]] bool read_tail();
    void apply_read();
    void drop_read();
    [[nodiscard]] std::vector<Judged> apply(std::span<const LogEntry> entries);

    /// Whether there are records that were read and not applied: commands decided now would lose to
    /// them.
    [[nodiscard]] bool lags() const { return taken_ < read_.size(); }

    void decide_batch();
    [[nodiscard]] bool has_room(const Batch& batch, const Pending& next) const;
    void add_next(Batch& batch, Overlay& overlay, const Submission& next, domain::Timestamp now);
    bool carry_batch(bool applied_more);
    void append();
    void take_note_of_failure(const std::string& why, bool until_restart);
    /// Whether the batch ended.
    bool settle();
    void take_note_of_end();

    const Partition partition_;
    Ledger& ledger_;
    StateStore& store_;
    const RecordCodec& codec_;
    const Clock& clock_;
    const ProcessorLimits limits_;
    const std::function<void()> tail_ready_;
    const PartitionHealth health_;
    Part doing_ = Part::tail;

    std::unique_ptr<Tail> tail_;
    std::vector<LogEntry> read_;  ///< Read by the tail.
    std::size_t taken_ = 0;       ///< How many of read_ are applied.
    Position applied_;
    CommandQueue queue_;
    Turns turns_;
    bool lost_race_ = false;

    std::optional<Batch> batch_;
    /// The position after the batch in the log, if its last append was acknowledged.
    std::optional<Position> batch_end_;
    Clock::Steady decided_at_{};
    Clock::Steady::duration appending_{};  ///< The time that the batch's appends took.
    /// Since when decidable commands have been waiting; empty if there are none.
    std::optional<Clock::Steady> waiting_since_;
    Clock::Steady repeat_at_{};
    /// What must be applied before the batch's held commands are answered, if the log had to be
    /// asked.
    std::optional<Position> sync_target_;
};

}  // namespace consularia::ledger
