#pragma once
// The port through which the partition worker reads state and applies records. Implemented by
// projections/projector.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace consularia::ledger {

/// A remembered Idempotency-Key: the request it stood for and the fact that answered it.
struct Remembered {
    Hash request_hash{};
    Sequence sequence = 0;
    domain::Timestamp time{};
};

/// One consistent state of all organizations of a partition.
class StateReader {
  public:
    virtual ~StateReader() = default;

    [[nodiscard]] virtual Head head(domain::OrganizationId organization) const = 0;
    /// A fact of this organization cannot be applied by this binary: it is neither read nor
    /// written.
    [[nodiscard]] virtual bool frozen(domain::OrganizationId organization) const = 0;
    [[nodiscard]] virtual domain::Organization organization(domain::OrganizationId id) const = 0;
    /// Absent also when another organization has it.
    [[nodiscard]] virtual domain::Appointment appointment(
        domain::OrganizationId organization, domain::AppointmentId id
    ) const = 0;
    /// Also entries that have outlived their time and wait for the next record to be dropped.
    [[nodiscard]] virtual std::optional<Remembered> remembered(
        domain::OrganizationId organization, const std::string& remembered_name
    ) const = 0;
};

/// What became of one record of the log.
struct Judged {
    Position position = 0;
    Hash hash{};          ///< Of the value's bytes.
    bool fact = false;    ///< Else void.
    bool frozen = false;  ///< Its organization is frozen, by this record or an earlier one.
    Head head;            ///< For a fact: the organization's head, which it now is.
    /// Of a fact about an appointment, as far as it is wanted: the state right after the fact, and
    /// that state's rendered JSON (empty when it was deleted).
    domain::Appointment appointment;
    std::string document;
};

/// What somebody who waits here needs to know of a record's outcome. Each includes those before it.
enum class Wanted { verdict, state, document };

/// Asked with the hash of a record's bytes.
using WantedOf = std::function<Wanted(const Hash&)>;

/// One partition's worker is the only caller of apply() for its partition; readers are free.
class StateStore {
  public:
    virtual ~StateStore() = default;

    /// The state after everything applied so far.
    [[nodiscard]] virtual std::unique_ptr<StateReader> read() const = 0;

    /// The position from which the partition's log is still to be applied.
    [[nodiscard]] virtual Position next_position(Partition partition) const = 0;

    /// Judges the entries in log order and applies the facts, in one atomic step together with the
    /// checkpoint: as many of them as fit into one step's memory, at least the first. Returns their
    /// verdicts; the other entries are to be given again. The entries begin at
    /// next_position(partition) and have no gaps. Throws StorageError; then nothing was applied.
    virtual std::vector<Judged> apply(
        Partition partition, std::span<const LogEntry> entries, const WantedOf& wanted
    ) = 0;
};

/// Applies all entries, in as many steps as that takes, for nobody who waits.
void apply_all(StateStore& store, Partition partition, std::span<const LogEntry> entries);

}  // namespace consularia::ledger
