#pragma once
// The commands that were decided together, and what is known about each until all are answered.

#include "ledger/commands/decision.hpp"
#include "ledger/commands/pending.hpp"
#include "ledger/record/acceptance.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace consularia::ledger {

/// Not thread-safe. Answers leave through the commands' handlers, each exactly once.
class Batch {
  public:
    /// A command with a record. Precondition: it was decided on the records added before.
    void add(Pending command, Sealed sealed);
    /// A command that appends nothing, as far as is known before the state is settled.
    void hold(Pending command);

    /// The number of its commands, answered or not.
    [[nodiscard]] std::size_t size() const { return items_.size(); }

    /// The total cost charged for its commands.
    [[nodiscard]] std::size_t cost() const { return cost_; }

    /// Whether no record waits for its verdict.
    [[nodiscard]] bool resolved() const { return waiting_records_ == 0; }

    /// Whether depart() was called: records without a verdict may be in the log, now or later.
    [[nodiscard]] bool departed() const { return departed_; }

    /// Whether one of its records was seen in the log. Then everything that was in the log before
    /// the batch departed has been applied.
    [[nodiscard]] bool seen() const { return seen_; }

    [[nodiscard]] bool holds_any() const;

    /// Commands that have not been answered.
    [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

    /// The bytes to append, in order: the records that wait for their verdict, and the records that
    /// these build on. Valid until the next call.
    [[nodiscard]] const std::vector<std::string>& depart();

    /// What is known about the record with this hash: it may be one of this batch.
    [[nodiscard]] Awaited awaited(const Hash& hash) const;

    /// Notes a record of the log; answers its command if it is a fact of this batch.
    void take_note(Judged judged);

    /// Finds the records that can no longer become facts; their commands will be decided again.
    /// Returns whether there are new ones.
    bool find_dead(const StateReader& state);

    /// The records are not in the log and never will be: answers their commands.
    void answer_records(const Reply& reply);
    /// An append of its records failed: the reason is part of the answer to late commands.
    void take_note_of_failure(const std::string& why);
    /// The fate of the records can no longer be determined.
    void give_up_records(const std::string& why);
    void answer_overdue(Clock::Steady now);
    /// Answers everything with Unavailable.
    void abandon(const std::string& why);

    /// Decides the held commands again and answers them, except those that now lead to a record.
    /// Preconditions: resolved; `state` is settled and not older than the batch.
    void settle(
        const RecordCodec& codec,
        const StateReader& state,
        domain::Timestamp clock,
        std::chrono::microseconds idempotency_ttl
    );

    /// The commands to be decided again, in their order. Precondition: settled, or never departed.
    [[nodiscard]] std::vector<Pending> take_undecided();

  private:
    enum class Stage {
        waiting,    ///< Its record has no verdict.
        held,       ///< It has no record and waits for the settled state.
        undecided,  ///< To be decided again.
        answered,   ///< A record of unknown fate may remain.
    };

    struct Item {
        Pending command;
        Stage stage;
    };

    struct Departure {
        std::size_t item;
        Record record;
        bool judged = false;  ///< It is a fact, or can no longer become one.
    };

    void move(Item& item, Stage stage);
    void answer(Item& item, Reply reply);

    std::vector<Item> items_;
    std::vector<Departure> records_;
    std::map<Hash, std::size_t> by_hash_;
    std::vector<std::string> values_;    ///< The values of records_.
    std::vector<std::string> repeated_;  ///< Those values that depart again.
    std::size_t cost_ = 0;
    std::string late_ = "Not carried out in time.";
    std::size_t unanswered_ = 0;
    std::size_t waiting_records_ = 0;
    bool departed_ = false;
    bool seen_ = false;
};

}  // namespace consularia::ledger
