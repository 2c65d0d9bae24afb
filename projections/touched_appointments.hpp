#pragma once
// The appointments that one apply() touches: each is read once and written once, however many facts
// concern it.

#include "domain/appointment/appointment.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/record.hpp"
#include "projections/known_ranks.hpp"
#include "projections/links.hpp"
#include "projections/read_store.hpp"
#include "projections/recent_appointments.hpp"
#include "projections/render_json.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace consularia::projections {

/// A whole state is stored among an appointment's changes once this many facts, or facts of this
/// many bytes, have changed it since the last one. So a past state is folded from fewer facts. Both
/// belong to the form of the rows (kSchemaVersion).
inline constexpr std::uint64_t kFactsBetweenKeptStates = 64;
inline constexpr std::uint64_t kBytesBetweenKeptStates = 256 << 10;

/// What one apply() works with. All of it outlives its users.
struct ApplyContext {
    WriteSet& writes;
    ledger::Partition partition = 0;
    const Links& links;
    RecentAppointments& recent;
    KnownRanks& known;  ///< The partition's.
};

class TouchedAppointments {
  public:
    explicit TouchedAppointments(const ApplyContext& context)
        : writes_(context.writes),
          partition_(context.partition),
          links_(context.links),
          recent_(context.recent),
          known_(context.known) {}

    /// The state right after the fact, a record of this many bytes; valid until the next one.
    /// Changes nothing if the transition is impossible.
    [[nodiscard]] tl::expected<const domain::Appointment*, domain::ImpossibleTransition> apply(
        const ledger::Record& record,
        const ledger::AppointmentRecordEvent& fact,
        std::size_t record_bytes
    );

    /// The present state's JSON; empty when it is absent. Precondition: it was touched.
    [[nodiscard]] const std::string& document(const AppointmentKey& key);

    /// The bytes held in memory, plus those that write() will write.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// Puts everything that has changed into the write set.
    void write();

    /// Puts the states into `recent` for later calls. To be called once the write set is committed.
    void keep_recent() const;

  private:
    struct Touched {
        StoredAppointment before;
        StoredAppointment now;
        bool changed = false;                         ///< Its representation has changed.
        std::optional<RenderedAppointment> rendered;  ///< A rendering of the present state or of an
                                                      ///< earlier one.
        bool outdated = false;                        ///< It is a rendering of an earlier state.
    };

    Touched& touch(const AppointmentKey& key);
    void note_event(
        const AppointmentKey& key,
        const domain::Appointment& before,
        ledger::Sequence sequence,
        domain::Version version
    );
    void note_change(
        const AppointmentKey& key, Touched& touched, ledger::Sequence sequence, std::size_t bytes
    );
    void load_rendering(const AppointmentKey& key, Touched& touched);
    void render(const AppointmentKey& key, Touched& touched);
    void write_representation(const AppointmentKey& key, Touched& touched);
    void write_activity(const AppointmentKey& key, const Touched& touched);

    WriteSet& writes_;
    ledger::Partition partition_;
    const Links& links_;
    RecentAppointments& recent_;
    KnownRanks& known_;
    std::map<AppointmentKey, Touched> touched_;
    std::size_t bytes_ = 0;
};

}  // namespace consularia::projections
