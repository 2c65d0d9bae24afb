#pragma once
// Applies the ledger's facts to the read models, each batch in one atomic write with its
// checkpoint.

#include "ledger/commands/state_store.hpp"
#include "projections/links.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

/// Raised whenever a row's key or value changes its form: a store with another one is rebuilt.
inline constexpr int kSchemaVersion = 2;

class RecentAppointments;

/// How far a partition has been applied: the witness of what the ledger must hold.
struct Checkpoint {
    std::string ledger_identity;
    ledger::Position next = 0;  ///< The position after the last record read.
    ledger::Hash last_hash{};   ///< SHA-256 of that record's value; zero when next is 0.

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Empty when nothing was ever applied. The row's form is the same in every schema version.
[[nodiscard]] std::optional<Checkpoint> read_checkpoint(
    const Reader& reader, ledger::Partition partition
);

/// The latest time of a record that was applied; empty when there is none.
[[nodiscard]] std::optional<domain::Timestamp> read_newest(
    const Reader& reader, ledger::Partition partition
);

/// Schema version and rendering fingerprint that a store was written with, as one string; empty for
/// a new store.
[[nodiscard]] std::string read_fingerprint(const Reader& reader);
/// Of everything that rows depend on: a store with another one is rebuilt.
[[nodiscard]] std::string expected_fingerprint(
    const Links& links, std::int64_t idempotency_ttl_micros
);

struct ProjectorOptions {
    std::string ledger_identity;
    ledger::Partition partitions = 1;
    std::int64_t idempotency_ttl_micros = 24LL * 3600 * 1'000'000;

    /// Called once a batch is committed, from the thread that applied it: with the number of its
    /// facts, for each void record, and for each record that froze its organization; of those that
    /// are in the store already, when the projector is made. `why` is a phrase without personal
    /// data. They do not throw. Empty: nobody wants to know.
    std::function<void(ledger::Partition, std::size_t facts)> on_facts;
    std::function<void(ledger::Partition, ledger::Position, std::string_view why)> on_void;
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)> on_frozen;

    /// What one apply() writes and holds before it ends; one record may go beyond it.
    std::size_t apply_bytes = 8 << 20;
    /// What is kept of the appointments that were read or written last.
    std::size_t recent_bytes = 8 << 20;
    /// For each fact whose time breaks the rule that times increase, or ends it.
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)>
        on_bad_time = {};
};

/// Thread-safe as StateStore says.
class Projector final : public ledger::StateStore {
  public:
    /// Writes the fingerprint into a new store. Precondition: the store is new or has it.
    Projector(ReadStore& store, const Links& links, ProjectorOptions options);

    [[nodiscard]] std::unique_ptr<ledger::StateReader> read() const override;
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const override;
    std::vector<ledger::Judged> apply(
        ledger::Partition partition,
        std::span<const ledger::LogEntry> entries,
        const ledger::WantedOf& wanted
    ) override;

  private:
    void report_frozen() const;

    ReadStore& store_;
    const Links& links_;
    ProjectorOptions options_;
    std::shared_ptr<RecentAppointments> recent_;  ///< Shared with the readers.
    /// Held while organizations are created: the list of all has rows that the workers of several
    /// partitions change.
    std::mutex creating_;
};

}  // namespace consularia::projections
