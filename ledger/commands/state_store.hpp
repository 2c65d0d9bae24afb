#pragma once
// The port through which the partition worker reads state and applies records. Implemented by
// projections/projector.

#include "domain/time.hpp"
#include "ledger/commands/command.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace consularia::ledger {

/// How long an Idempotency-Key is remembered, unless an option says otherwise.
inline constexpr std::chrono::hours kIdempotencyTtl{24};

/// A remembered Idempotency-Key: its request and the fact that answered it.
struct Remembered {
    Hash request_hash{};
    Sequence sequence = 0;
    domain::Timestamp time{};
};

/// What an organization remembers of the actor's key, unless that has expired. `find` looks for an
/// entry by its name.
[[nodiscard]] std::optional<Remembered> find_unexpired(
    const Actor& actor,
    const KeyForms& key,
    domain::Timestamp now,
    std::chrono::microseconds ttl,
    const std::function<std::optional<Remembered>(const std::string& name)>& find
);

/// One consistent state of all organizations of a partition.
class StateReader {
  public:
    virtual ~StateReader() = default;

    [[nodiscard]] virtual Head head(domain::OrganizationId organization) const = 0;
    /// This binary cannot apply a fact of the organization, which is therefore neither read nor
    /// written.
    [[nodiscard]] virtual bool frozen(domain::OrganizationId organization) const = 0;
    /// The state before any event if there is no such aggregate in this organization.
    [[nodiscard]] virtual State state(domain::OrganizationId organization, const AggregateId& id)
        const = 0;
    /// Includes expired entries that wait to be dropped with the next record.
    [[nodiscard]] virtual std::optional<Remembered> remembered(
        domain::OrganizationId organization, const std::string& remembered_name
    ) const = 0;

    /// The alternative that aggregates with this id have.
    template <class Id>
    [[nodiscard]] StateOf<Id> state_of(domain::OrganizationId organization, const Id& id) const {
        return std::get<StateOf<Id>>(state(organization, id));
    }
};

/// The verdict on one record of the log.
struct Judged {
    Position position = 0;
    Hash hash{};                 ///< The hash of the value's bytes.
    bool fact = false;           ///< Otherwise void.
    bool frozen = false;         ///< Its organization is frozen, by this record or an earlier one.
    Head head;                   ///< For a fact: the organization's head, which is now this record.
    std::optional<State> state;  ///< Right after a fact, if wanted.
    Rendering rendering;         ///< If wanted.
};

/// What is known about a record before it is read from the log.
struct Awaited {
    Wanted wanted = Wanted::verdict;  ///< What the command that waits for it wants.
    /// The record that its bytes were made of, so that they need not be parsed; null for records of
    /// others. Valid until apply() returns.
    const Record* sealed = nullptr;
};

/// Called with the hash of a record's bytes.
using AwaitedOf = std::function<Awaited(const Hash&)>;

/// For somebody who waits for no record.
[[nodiscard]] inline Awaited nothing_awaited(const Hash& /*hash*/) {
    return {};
}

/// Only a partition's worker calls apply() for that partition; reading is unrestricted.
class StateStore {
  public:
    virtual ~StateStore() = default;

    /// The state after everything applied so far.
    [[nodiscard]] virtual std::unique_ptr<StateReader> read() const = 0;

    /// The position from which the partition's log is still to be applied.
    [[nodiscard]] virtual Position next_position(Partition partition) const = 0;

    /// Judges the entries in log order and applies the facts, in one atomic step together with the
    /// checkpoint: as many as fit into one step's memory, at least the first. Returns their
    /// verdicts; pass the other entries again. The entries begin at next_position(partition) and
    /// have no gaps. Throws StorageError; then nothing was applied.
    virtual std::vector<Judged> apply(
        Partition partition, std::span<const LogEntry> entries, const AwaitedOf& awaited
    ) = 0;
};

/// Applies all entries, in as many steps as that takes, without any waiting command.
void apply_all(StateStore& store, Partition partition, std::span<const LogEntry> entries);

}  // namespace consularia::ledger
