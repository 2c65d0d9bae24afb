#pragma once
// Applies the facts of the journal to the read models, each step in one atomic write with its
// checkpoint.

#include "journal/journal.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/log/checkpoint.hpp"
#include "projections/known_blocks.hpp"
#include "projections/projector_options.hpp"
#include "projections/read_store.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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
/// form, the time to live, and the links. A store with a different one is rebuilt.
[[nodiscard]] std::string expected_fingerprint(
    const Links& links, std::chrono::microseconds idempotency_ttl
);

/// What the binary read that wrote the store (ledger/record/vocabulary.hpp); empty if nothing was
/// ever applied. A binary that reads less cannot serve the store: it might not know what is in the
/// rows.
[[nodiscard]] std::vector<std::string> read_vocabulary(const Reader& reader);

/// The types of the events that were skipped. A binary that knows one of them cannot serve the
/// store: its rows lack what these events changed.
[[nodiscard]] std::vector<std::string> read_skipped_types(const Reader& reader);

/// Thread-safe as described in StateStore.
class Projector final : public ledger::StateStore {
  public:
    /// The first apply() writes fingerprint and vocabulary into a store that has others.
    /// Preconditions: the store is new, or has this fingerprint and a vocabulary that the codec's
    /// covers; the journal is open. Both outlive this.
    Projector(
        ReadStore& store,
        journal::Journal& journal,
        const RowInputs& inputs,
        ProjectorOptions options
    );

    /// Applies facts that the journal already has, as many as fit into one step. Returns whether
    /// there may be more.
    bool catch_up(ledger::Partition partition);

    [[nodiscard]] std::unique_ptr<ledger::StateReader> read() const override;
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const override;
    std::vector<ledger::Judged> apply(
        ledger::Partition partition,
        std::span<const ledger::LogEntry> entries,
        const ledger::WantedOf& wanted
    ) override;

  private:
    struct Step;

    [[nodiscard]] ledger::Position applied(ledger::Partition partition) const;
    std::vector<ledger::Judged> apply_step(const Step& step);
    void report_frozen() const;
    [[nodiscard]] KnownBlocks take_known(ledger::Partition partition);
    void keep_known(ledger::Partition partition, KnownBlocks known);

    ReadStore& store_;
    journal::Journal& journal_;
    const RowInputs inputs_;
    ProjectorOptions options_;
    const std::string vocabulary_;                ///< As it is stored.
    std::atomic<bool> is_described_ = false;      ///< Whether the store says what it was made with.
    std::shared_ptr<RecentAppointments> recent_;  ///< Shared with the readers.
    /// Held while organizations are created: the workers of several partitions change rows of the
    /// list of all.
    std::mutex creating_;

    std::mutex known_mutex_;  ///< Guards what follows.
    std::map<ledger::Partition, KnownBlocks> known_;
};

}  // namespace consularia::projections
