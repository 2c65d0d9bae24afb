#pragma once
// Adds what was read of the log to the journal, after one judgement by the acceptance rule.

#include "journal/journal.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/record/merkle.hpp"
#include "ledger/record/parsed_value.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace consularia::journal {

/// What the acceptance rule says about a record of the log.
struct Verdict {
    ledger::Position position = 0;
    ledger::Hash hash{};                              ///< The hash of the value's bytes.
    ledger::ParsedValue value;                        ///< What the value's bytes say.
    bool fact = false;                                ///< Otherwise void.
    ledger::Wanted wanted = ledger::Wanted::verdict;  ///< By the command that waits for it.
};

/// Judges consecutive records of a partition. Each partition may have only one Judging at a time.
/// All functions throw StorageError if the machine fails.
class Judging {
  public:
    /// The journal is open and outlives this.
    Judging(Journal& journal, ledger::Partition partition);

    /// The verdict on a new record, or the same one as before. Precondition: the position is the
    /// one after the last entry's, or one that was judged before.
    [[nodiscard]] Verdict judge(
        const ledger::LogEntry& entry, const ledger::AwaitedOf& awaited = ledger::nothing_awaited
    );

    Judging(const Judging&) = delete;
    Judging& operator=(const Judging&) = delete;
    /// Wakes who watches the organizations of the new facts: only now, since who has judged them
    /// usually applies them too, and a watcher wants to see both.
    ~Judging();

    /// Keeps what was new, in one atomic step with the checkpoint. Call it once; without it nothing
    /// is kept.
    void commit();

  private:
    struct HeadNow {
        ledger::Head head;
        bool moved = false;
        /// Has the facts up to the head; empty until it is needed, and if the stored one is behind.
        std::optional<ledger::Frontier> tree;
    };

    [[nodiscard]] bool was_fact(const ledger::ChainLink& link, ledger::Position position) const;
    [[nodiscard]] bool is_new_fact(const ledger::ChainLink& link);
    void keep(const Verdict& verdict, const ledger::LogEntry& entry);
    void grow_tree(HeadNow& head, domain::OrganizationId organization, std::string_view record);
    [[nodiscard]] HeadNow& head_of(domain::OrganizationId organization);

    Journal& journal_;
    const JournaledLog& log_;
    const ledger::Partition partition_;
    std::unique_ptr<tables::WriteSet> writes_;
    const ledger::Position known_;  ///< Everything before it was judged before.
    std::map<domain::OrganizationId, HeadNow> heads_;
    std::optional<ledger::Checkpoint> checkpoint_;  ///< After the last new record.
    std::vector<domain::OrganizationId> moved_;     ///< Those with new facts that are kept.
};

/// Judges and keeps all of them.
void judge_all(
    Journal& journal, ledger::Partition partition, std::span<const ledger::LogEntry> entries
);

}  // namespace consularia::journal
