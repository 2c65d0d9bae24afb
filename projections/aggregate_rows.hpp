#pragma once
// The rows of every kind of aggregate: the read models' one list of the kinds.

#include "ledger/commands/state_store.hpp"
#include "ledger/record/record.hpp"
#include "projections/queries.hpp"
#include "projections/read_store.hpp"
#include "projections/recent_appointments.hpp"
#include "projections/touched_appointments.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

namespace consularia::projections {

/// The state before any event if there is no such aggregate in this organization.
[[nodiscard]] ledger::State read_state(
    const Reader& reader,
    RecentAppointments& recent,
    domain::OrganizationId organization,
    const ledger::AggregateId& id
);

/// The most that an answer to the command may want. A repeated answer must find the same again, so
/// it is no more than the verdict for a kind whose past states are not kept.
[[nodiscard]] ledger::Wanted most_wanted(const ledger::Command& command);

/// The state of the event's aggregate right after this fact, which has the event; empty for a kind
/// whose past states are not kept: its answers have only the event.
[[nodiscard]] std::optional<ledger::State> read_state_as_of(
    const Past& past,
    domain::OrganizationId organization,
    ledger::Sequence sequence,
    const ledger::RecordEvent& event
);

/// The JSON that AggregateRows rendered; null if there is none.
[[nodiscard]] std::string* json_in(ledger::Rendering& rendering);

/// What an event led to, as far as it is wanted.
struct Aftermath {
    std::optional<ledger::State> state;
    ledger::Rendering rendering;
    std::size_t bytes = 0;  ///< Memory that nothing else holds.
};

/// The aggregates that one apply() changes.
class AggregateRows {
  public:
    /// `creating` outlives this.
    AggregateRows(const ApplyContext& context, std::mutex& creating)
        : writes_(context.writes), creating_(creating, std::defer_lock), appointments_(context) {}

    using Applied = tl::expected<Aftermath, domain::ImpossibleTransition>;

    /// Applies the event of a record of this many bytes. Changes nothing if the transition is
    /// impossible.
    [[nodiscard]] Applied apply(
        const ledger::Record& record, std::size_t record_bytes, ledger::Wanted wanted
    );

    /// The bytes held in memory, plus those that write() will write.
    [[nodiscard]] std::size_t bytes() const { return appointments_.bytes(); }

    /// Writes, once, the rows that many events may have changed.
    void write() { appointments_.write(); }

    /// To be called once the write set is committed.
    void keep_recent() const { appointments_.keep_recent(); }

  private:
    WriteSet& writes_;
    /// Held from the first creation of an organization until the end of this object, after the
    /// commit.
    std::unique_lock<std::mutex> creating_;
    TouchedAppointments appointments_;
};

}  // namespace consularia::projections
