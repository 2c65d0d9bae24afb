#pragma once
// The port through which the partition worker reads state and applies records. Implemented by
// projections/projector.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/ledger.hpp"
#include "ledger/record.hpp"

#include <memory>
#include <optional>
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
        domain::OrganizationId organization, const std::string& idempotency_key
    ) const = 0;
};

/// What became of one record of the log.
struct Judged {
    Position position = 0;
    Hash hash{};          ///< Of the value's bytes.
    bool fact = false;    ///< Else void.
    bool frozen = false;  ///< Its organization is frozen, by this record or an earlier one.
    Head head;            ///< For a fact: the organization's head, which it now is.
    /// For a fact about an appointment: its state right after the fact, and that state's rendered
    /// JSON (empty when it was deleted).
    domain::Appointment appointment;
    std::string document;
};

/// One partition's worker is the only caller of apply() for its partition; readers are free.
class StateStore {
  public:
    virtual ~StateStore() = default;

    /// The state after everything applied so far.
    [[nodiscard]] virtual std::unique_ptr<StateReader> read() const = 0;

    /// The position from which the partition's log is still to be applied.
    [[nodiscard]] virtual Position next_position(Partition partition) const = 0;

    /// Judges the entries in log order and applies the facts, all in one atomic step together with
    /// the checkpoint. The entries begin at next_position(partition) and have no gaps. Throws
    /// StorageError; then nothing was applied.
    virtual std::vector<Judged> apply(Partition partition, std::vector<LogEntry> entries) = 0;
};

}  // namespace consularia::ledger
