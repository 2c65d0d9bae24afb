#pragma once
// Applies the facts of the journal to the read models, each step in one atomic write with its
// checkpoint.

#include "journal/journal.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/log/checkpoint.hpp"
#include "projections/known_ranks.hpp"
#include "projections/projector_options.hpp"
#include "projections/read_store.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

class RecentAppointments;

/// How far a partition has been applied; empty when nothing ever was.
[[nodiscard]] std::optional<ledger::Checkpoint> read_checkpoint(
    const Reader& reader, ledger::Partition partition
);

/// The latest time of an applied record; empty if there is none.
[[nodiscard]] std::optional<domain::Timestamp> read_newest(
    const Reader& reader, ledger::Partition partition
);

/// The expected_fingerprint() that a store was written with; empty if nothing was ever applied.
[[nodiscard]] std::string read_fingerprint(const Reader& reader);
/// The fingerprint of everything that rows depend on beside the facts that could be read: their
/// form, the time to live, and the links. A store with a different one is built again.
[[nodiscard]] std::string expected_fingerprint(
    const Links& links, std::chrono::microseconds idempotency_ttl
);

/// Whether the rows of a store with this fingerprint have the form that this binary reads.
[[nodiscard]] bool has_present_form(std::string_view fingerprint);

/// What the binary read that wrote the store (ledger/record/vocabulary.hpp); empty if nothing was
/// ever applied. A binary that reads less cannot serve the store: it might not know what is in the
/// rows.
[[nodiscard]] std::vector<std::string> read_vocabulary(const Reader& reader);

/// The types of the events that were skipped. A binary that knows one of them builds the store
/// again: its rows lack what these events changed.
[[nodiscard]] std::vector<std::string> read_skipped_types(const Reader& reader);

/// Takes the form from the store, so that no start reads it any more.
void retire(ReadStore& store);

/// Writes what the rows are made with: the vocabulary, and the fingerprint if there is none.
void describe(WriteSet& writes, const RowInputs& inputs, std::chrono::microseconds idempotency_ttl);

/// Writes the latest time of applied records if this one is later; empty: changes nothing.
void raise_newest(
    WriteSet& writes, ledger::Partition partition, std::optional<domain::Timestamp> newest
);

/// Thread-safe as described in StateStore.
class Projector final : public ledger::StateStore {
  public:
    /// The first apply() writes the fingerprint into a new store, and the vocabulary into one that
    /// has another. Preconditions: the store is new, or its rows have the present form and a
    /// vocabulary that the codec's covers; the journal is open. Both outlive this.
    Projector(
        ReadStore& store,
        journal::Journal& journal,
        const RowInputs& inputs,
        ProjectorOptions options
    );

    /// Applies facts that the journal already has, as many as fit into one step. Returns the bytes
    /// of their records; 0 if there were none.
    std::size_t catch_up(ledger::Partition partition);

    /// Calls `replace` while nothing is read or applied through this, and forgets what was
    /// remembered of the store's rows. Precondition: afterwards the store has applied the same
    /// records as before.
    void while_idle(const std::function<void()>& replace);

    [[nodiscard]] std::unique_ptr<ledger::StateReader> read() const override;
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const override;
    std::vector<ledger::Judged> apply(
        ledger::Partition partition,
        std::span<const ledger::LogEntry> entries,
        const ledger::AwaitedOf& awaited
    ) override;

  private:
    struct Step;

    [[nodiscard]] std::shared_lock<std::shared_mutex> keep_rows() const;
    [[nodiscard]] ledger::Position applied(ledger::Partition partition) const;
    std::vector<ledger::Judged> apply_step(const Step& step);
    void report_frozen() const;
    [[nodiscard]] KnownRanks take_known(ledger::Partition partition);
    void keep_known(ledger::Partition partition, KnownRanks known);

    ReadStore& store_;
    journal::Journal& journal_;
    const RowInputs inputs_;
    ProjectorOptions options_;
    std::atomic<bool> is_described_ = false;  ///< Whether the store says what it was made with.
    /// Held in common by all that read or apply, alone by while_idle(); `turnstile_` is locked
    /// before it, so that while_idle() does not wait for ever.
    mutable std::shared_mutex rows_;
    mutable std::mutex turnstile_;
    std::shared_ptr<RecentAppointments> recent_;  ///< Shared with the readers; guarded by rows_.
    /// Held while organizations are created: the workers of several partitions change rows of the
    /// list of all.
    std::mutex creating_;

    std::mutex known_mutex_;  ///< Guards what follows.
    std::map<ledger::Partition, KnownRanks> known_;
};

}  // namespace consularia::projections
