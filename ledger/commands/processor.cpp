#include "ledger/commands/processor.hpp"

#include "ledger/commands/command_cost.hpp"
#include "ledger/commands/decision.hpp"
#include "ledger/log/storage_error.hpp"

#include <utility>
#include <variant>

namespace consularia::ledger {

PartitionProcessor::PartitionProcessor(
    const PartitionPorts& ports, ProcessorLimits limits, std::function<void()> tail_ready
)
    : partition_(ports.partition),
      ledger_(ports.ledger),
      store_(ports.store),
      codec_(ports.codec),
      clock_(ports.clock),
      limits_(limits),
      tail_ready_(std::move(tail_ready)),
      health_(ports.health),
      applied_(ports.store.next_position(ports.partition)),
      turns_(ports.ledger.writer()) {}

void PartitionProcessor::enqueue(std::vector<Pending> commands) {
    queue_.push_back(std::move(commands));
}

bool PartitionProcessor::step() {
    lost_race_ = false;
    bool moved = false;
    try {
        moved = apply_tail();
    } catch (const StorageError&) {
        answer_overdue();
        throw;
    }
    answer_overdue();
    doing_ = Part::apply;  // It reads what was applied.
    if (batch_) {
        if (carry_batch(moved)) moved = true;
        // Commands that arrived while it was under way belong in the next one.
        if (!batch_) return true;
    }
    // After a lost race the tail may have more relevant records.
    if (queue_.empty()) waiting_since_.reset();
    if (batch_ || queue_.empty() || lost_race_ || lags()) return moved;
    const Clock::Steady now = clock_.steady();
    if (!waiting_since_) waiting_since_ = now;
    if (now < turns_.next(now, *waiting_since_)) return moved;
    waiting_since_.reset();
    if (const auto problem = clock_.problem()) {
        queue_.abandon(*problem);
        return true;
    }
    decide_batch();
    return carry_batch(false) || moved;
}

void PartitionProcessor::answer_overdue() {
    const Clock::Steady now = clock_.steady();
    if (batch_) batch_->answer_overdue(now);
    queue_.answer_overdue(now);
}

bool PartitionProcessor::apply_tail() {
    doing_ = Part::tail;
    try {
        if (!tail_) open_tail();
        if (!lags() && !read_tail()) return false;
        doing_ = Part::apply;
        apply_read();
        return true;
    } catch (const StorageError&) {
        tail_.reset();  // It may have handed out records that were not applied.
        drop_read();
        throw;
    }
}

bool PartitionProcessor::read_tail() {
    {
        const auto doing = health_.begin(Part::tail);
        read_ = tail_->next(limits_.tail_entries);
    }
    if (!read_.empty()) health_.fine(Part::tail);
    return !read_.empty();
}

/// Applies as much of it as the store takes at once.
void PartitionProcessor::apply_read() {
    const auto entries = std::span<const LogEntry>(read_).subspan(taken_);
    auto verdicts = apply(entries);
    applied_ += verdicts.size();
    const Clock::Steady now = clock_.steady();
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        turns_.saw(entries[i].writer, verdicts[i].fact, now);
        if (batch_) batch_->take_note(std::move(verdicts[i]));
    }
    taken_ += verdicts.size();
    if (!lags()) drop_read();
}

void PartitionProcessor::drop_read() {
    read_.clear();
    taken_ = 0;
}

std::vector<Judged> PartitionProcessor::apply(std::span<const LogEntry> entries) {
    const auto doing = health_.begin(Part::apply);
    auto verdicts = store_.apply(partition_, entries, [this](const Hash& hash) {
        return batch_ ? batch_->awaited(hash) : Awaited{};
    });
    health_.fine(Part::apply);
    return verdicts;
}

void PartitionProcessor::open_tail() {
    const Position from = store_.next_position(partition_);
    if (from != applied_) {
        // A failed apply() has applied the records all the same, and its verdicts are lost.
        if (batch_) batch_->give_up_records("The read store failed.");
        applied_ = from;
    }
    tail_ = ledger_.tail(partition_, from, tail_ready_);
}

void PartitionProcessor::decide_batch() {
    const Clock::Steady now = clock_.steady();
    Batch batch;
    try {
        const std::unique_ptr<StateReader> state = store_.read();
        Overlay overlay(*state);
        queue_.begin_round(now);
        for (const auto* next = queue_.front(); next && has_room(batch, *next);) {
            const auto time = clock_.now();
            if (clock_.problem()) break;  // The problem arose after the batch was begun.
            add_next(batch, overlay, next->submission, time);
            next = queue_.front();
        }
    } catch (const StorageError&) {
        queue_.push_front(batch.take_undecided());
        throw;
    }
    batch_ = std::move(batch);
    decided_at_ = now;
    appending_ = {};
}

bool PartitionProcessor::has_room(const Batch& batch, const Pending& next) const {
    if (batch.size() == 0) return true;
    return batch.size() < limits_.batch_commands &&
           batch.cost() + estimate_bytes(next.submission) <= limits_.batch_bytes;
}

void PartitionProcessor::add_next(
    Batch& batch, Overlay& overlay, const Submission& next, domain::Timestamp now
) {
    const std::size_t bytes_before = overlay.bytes();
    Decision decision = decide(codec_, next, overlay, now, limits_.idempotency_ttl);
    auto* sealed = std::get_if<Sealed>(&decision);
    if (sealed) overlay.add(sealed->record, sealed->hash);
    const std::size_t cost =
        overlay.bytes() - bytes_before + (sealed ? sealed->value.size() : estimate_bytes(next));
    if (sealed) {
        batch.add(queue_.pop_front(cost), std::move(*sealed));
    } else {
        batch.hold(queue_.pop_front(cost));
    }
}

bool PartitionProcessor::carry_batch(bool applied_more) {
    if (batch_->resolved()) return settle();
    if (batch_->departed()) {
        const bool awaited = batch_end_ && applied_ < *batch_end_;
        if (applied_more || !awaited) lost_race_ = batch_->find_dead(*store_.read());
        if (batch_->resolved()) return settle() || lost_race_;
        if (awaited || clock_.steady() < repeat_at_) return lost_race_;
    }
    append();
    return batch_->resolved() || batch_end_;
}

void PartitionProcessor::append() {
    const bool again = batch_->departed();
    batch_end_.reset();
    repeat_at_ = clock_.steady() + limits_.repeat_after;
    doing_ = Part::append;
    AppendResult result;
    {
        const auto doing = health_.begin(Part::append);
        const Clock::Steady since = clock_.steady();
        result = ledger_.append(partition_, batch_->depart());
        appending_ += clock_.steady() - since;
    }
    if (const auto* appended = std::get_if<Appended>(&result)) {
        batch_end_ = appended->end;
        health_.fine(Part::append);
    } else if (const auto* unknown = std::get_if<FateUnknown>(&result)) {
        take_note_of_failure(unknown->why, unknown->until_restart);
    } else {
        const auto& failed = std::get<NotAppended>(result);
        const bool full = failed.reason == NotAppended::Reason::out_of_storage;
        // The ledger reports that itself, with how much space there must be.
        if (!full) take_note_of_failure(failed.why, failed.until_restart);
        // This is certain only the first time: an earlier copy may still be under way.
        if (again) return;
        if (full) {
            batch_->answer_records(OutOfStorage{});
        } else {
            batch_->answer_records(Unavailable{false, failed.why});
        }
    }
}

/// Only another append can show whether appends work again, and there may be none: the writers may
/// have been sent to other nodes because of the failure.
void PartitionProcessor::take_note_of_failure(const std::string& why, bool until_restart) {
    Health::Holds holds;
    if (!until_restart) holds = limits_.append_failure_holds;
    health_.fails(Part::append, why, Reach::node, holds);
    batch_->take_note_of_failure(why);
}

/// Ends the batch if its held commands can be answered. Returns whether it ended.
bool PartitionProcessor::settle() {
    if (batch_->holds_any()) {
        if (ledger_.shared() && !batch_->seen()) {
            doing_ = Part::append;
            if (!sync_target_) sync_target_ = ledger_.end(partition_);
            doing_ = Part::apply;
            if (applied_ < *sync_target_) return false;
        }
        const auto now = clock_.now();
        if (const auto problem = clock_.problem()) {
            batch_->abandon(*problem);
        } else {
            batch_->settle(codec_, *store_.read(), now, limits_.idempotency_ttl);
        }
    }
    if (batch_->departed()) take_note_of_end();
    queue_.push_front(batch_->take_undecided());
    batch_.reset();
    batch_end_.reset();
    sync_target_.reset();
    return true;
}

void PartitionProcessor::take_note_of_end() {
    const auto took = clock_.steady() - decided_at_;
    turns_.took(std::chrono::duration_cast<std::chrono::microseconds>(took));
    queue_.adapt(batch_->cost(), appending_, took - appending_);
}

std::optional<Clock::Steady> PartitionProcessor::turn() const {
    if (batch_ || queue_.empty()) return std::nullopt;
    const Clock::Steady now = clock_.steady();
    return turns_.next(now, waiting_since_.value_or(now));
}

std::size_t PartitionProcessor::unanswered() const {
    return queue_.size() + (batch_ ? batch_->unanswered() : 0);
}

void PartitionProcessor::abandon(const std::string& why) {
    if (batch_) batch_->abandon(why);
    queue_.abandon(why);
}

}  // namespace consularia::ledger
