#pragma once
// Applies the ledger's facts to the read models, each step in one atomic write with its
// checkpoint.

#include "ledger/commands/state_store.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/record/record_codec.hpp"
#include "projections/known_blocks.hpp"
#include "projections/links.hpp"
#include "projections/read_store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
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

/// Schema version and rendering fingerprint that a store was written with, as one string; empty if
/// nothing was ever applied.
[[nodiscard]] std::string read_fingerprint(const Reader& reader);
/// The fingerprint of everything that rows depend on: a store with a different one is rebuilt.
[[nodiscard]] std::string expected_fingerprint(
    const Links& links, std::chrono::microseconds idempotency_ttl
);

/// What rows are made from besides the facts' bytes. All of it outlives its users.
struct RowInputs {
    const Links& links;
    const ledger::RecordCodec& codec;
};

struct ProjectorOptions {
    std::string ledger_identity;
    ledger::Partition partitions = 1;
    std::chrono::microseconds idempotency_ttl = ledger::kIdempotencyTtl;

    /// Called from the applying thread once a write set is committed: with the number of its facts,
    /// for each void record, and for each record that froze its organization (for those already in
    /// the store, when the projector is constructed). `why` is a phrase without personal data. They
    /// must not throw. May be empty.
    std::function<void(ledger::Partition, std::size_t facts)> on_facts;
    std::function<void(ledger::Partition, ledger::Position, std::string_view why)> on_void;
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)> on_frozen;

    /// What one apply() writes and holds before it ends; one record may exceed it.
    std::size_t apply_bytes = 8 << 20;
    /// Memory for the appointments that were read or written last.
    std::size_t recent_bytes = 8 << 20;
    /// Memory, per partition, for the blocks of ranks that were changed last.
    std::size_t known_blocks_bytes = 4 << 20;
    /// Called for each fact whose time breaks the rule that times increase, or is the last possible
    /// time.
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)>
        on_bad_time = {};
};

/// Thread-safe as described in StateStore.
class Projector final : public ledger::StateStore {
  public:
    /// The first apply() writes the fingerprint into a new store. Precondition: the store is new or
    /// has this fingerprint.
    Projector(ReadStore& store, const RowInputs& inputs, ProjectorOptions options);

    [[nodiscard]] std::unique_ptr<ledger::StateReader> read() const override;
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const override;
    std::vector<ledger::Judged> apply(
        ledger::Partition partition,
        std::span<const ledger::LogEntry> entries,
        const ledger::WantedOf& wanted
    ) override;

  private:
    void report_frozen() const;
    [[nodiscard]] KnownBlocks take_known(ledger::Partition partition);
    void keep_known(ledger::Partition partition, KnownBlocks known);

    ReadStore& store_;
    const RowInputs inputs_;
    ProjectorOptions options_;
    std::atomic<bool> is_new_ = false;            ///< Whether the store has no fingerprint yet.
    std::shared_ptr<RecentAppointments> recent_;  ///< Shared with the readers.
    /// Held while organizations are created: the workers of several partitions change rows of the
    /// list of all.
    std::mutex creating_;

    std::mutex known_mutex_;  ///< Guards what follows.
    std::map<ledger::Partition, KnownBlocks> known_;
};

}  // namespace consularia::projections
