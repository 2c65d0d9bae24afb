#include "projections/touched_appointments.hpp"

#include "domain/appointment/evolve.hpp"
#include "projections/appointment_index.hpp"
#include "projections/byte_codec.hpp"
#include "projections/keys.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using domain::LastJoin;

const std::vector<LastJoin>& joins_of(const domain::Appointment& appointment) {
    static const std::vector<LastJoin> kNone;
    const auto* const details = details_of(appointment);
    return details == nullptr ? kNone : *details->joins;
}

/// The entries of one list that are not in the other; both are sorted by participant.
template <class Compare>
std::vector<LastJoin> only_in(
    const std::vector<LastJoin>& one, const std::vector<LastJoin>& other, Compare compare
) {
    std::vector<LastJoin> rest;
    std::ranges::set_difference(one, other, std::back_inserter(rest), compare);
    return rest;
}

bool by_participant(const LastJoin& a, const LastJoin& b) {
    return a.participant < b.participant;
}

bool by_participant_and_time(const LastJoin& a, const LastJoin& b) {
    return std::pair(a.participant, a.time) < std::pair(b.participant, b.time);
}

}  // namespace

tl::expected<const domain::Appointment*, domain::ImpossibleTransition> TouchedAppointments::apply(
    const ledger::Record& record,
    const ledger::AppointmentRecordEvent& fact,
    std::size_t record_bytes
) {
    const AppointmentKey key{record.organization, fact.id};
    Touched& touched = touch(key);
    auto after = evolve(
        touched.now.state, fact.event, {fact.id, fact.version, record.time, record.sequence}
    );
    if (!after) return tl::unexpected(after.error());
    note_event(key, touched.now.state, record.sequence, fact.version);
    touched.now.state = *std::move(after);
    touched.now.sequence = record.sequence;
    if (shows(fact.event)) note_change(key, touched, record.sequence, record_bytes);
    return &touched.now.state;
}

void TouchedAppointments::note_event(
    const AppointmentKey& key,
    const domain::Appointment& before,
    ledger::Sequence sequence,
    domain::Version version
) {
    HistoryRow row{sequence, {}};
    if (details_of(before) != nullptr) row.before = status_of(before);
    writes_.put(
        Table::history,
        keys::history(key.organization, key.appointment, version),
        encode_history(row)
    );
}

TouchedAppointments::Touched& TouchedAppointments::touch(const AppointmentKey& key) {
    const auto found = touched_.find(key);
    if (found != touched_.end()) return found->second;
    const auto stored = read_appointment(writes_, recent_, key);
    bytes_ += bytes_in_memory(stored);
    return touched_.emplace(key, Touched{stored, stored, false, std::nullopt, false}).first->second;
}

void TouchedAppointments::note_change(
    const AppointmentKey& key, Touched& touched, ledger::Sequence sequence, std::size_t bytes
) {
    load_rendering(key, touched);
    if (!std::exchange(touched.changed, true)) bytes_ += touched.before.bytes;
    touched.outdated = true;
    touched.now.updated = sequence;
    bytes_ += 2 * bytes;

    auto& [state, last, unkept, state_bytes, updated] = touched.now;
    ++unkept.facts;
    unkept.bytes += bytes;
    const bool keep = details_of(state) == nullptr || unkept.facts >= kFactsBetweenKeptStates ||
                      unkept.bytes >= kBytesBetweenKeptStates;
    if (keep) unkept = {};
    writes_.put(
        Table::changes,
        keys::change(key.organization, key.appointment, sequence),
        keep ? encode_state(state) : ""
    );
}

/// Loads the rendering from the rows, if it is there.
void TouchedAppointments::load_rendering(const AppointmentKey& key, Touched& touched) {
    if (touched.rendered || details_of(touched.before.state) == nullptr) return;
    auto row =
        writes_.get(Table::appointments, keys::appointment(key.organization, key.appointment));
    if (!row) row_is_damaged();
    bytes_ += 2 * row->size();
    touched.rendered = RenderedAppointment{
        decode_rendered(*std::move(row)), details_of(touched.before.state)->participants};
    if (touched.rendered->document.lengths.size() != touched.rendered->participants->size()) {
        row_is_damaged();
    }
}

const std::string& TouchedAppointments::document(const AppointmentKey& key) {
    static const std::string kAbsent;
    Touched& touched = touched_.at(key);
    if (details_of(touched.now.state) == nullptr) return kAbsent;
    render(key, touched);
    return touched.rendered->document.json;
}

void TouchedAppointments::render(const AppointmentKey& key, Touched& touched) {
    load_rendering(key, touched);
    if (!touched.outdated) return;
    auto document = render_document(key.organization, touched.now.state, links_, touched.rendered);
    touched.rendered =
        RenderedAppointment{std::move(document), details_of(touched.now.state)->participants};
    touched.outdated = false;
}

void TouchedAppointments::write() {
    for (auto& [key, touched] : touched_) {
        if (touched.now.sequence == touched.before.sequence) continue;
        if (touched.changed) write_representation(key, touched);
        index_changes(writes_, known_, key, touched.before, touched.now);
        write_activity(key, touched);
    }
    bytes_ = 0;
}

void TouchedAppointments::write_representation(const AppointmentKey& key, Touched& touched) {
    index_appointment(writes_, known_, partition_, key, touched.before.state, touched.now.state);
    const auto own_key = keys::appointment(key.organization, key.appointment);
    if (details_of(touched.now.state) == nullptr) {
        writes_.erase(Table::states, own_key);
        writes_.erase(Table::appointments, own_key);
        return;
    }
    const auto row = encode_state_row({touched.now.state, touched.now.unkept});
    touched.now.bytes = row.size();
    writes_.put(Table::states, own_key, row);
    render(key, touched);
    writes_.put(
        Table::appointments,
        own_key,
        encode_document(tag_of(touched.now.state), touched.rendered->document)
    );
}

void TouchedAppointments::write_activity(const AppointmentKey& key, const Touched& touched) {
    const auto own_key = keys::appointment(key.organization, key.appointment);
    const auto& before = joins_of(touched.before.state);
    const auto& now = joins_of(touched.now.state);
    for (const auto& gone : only_in(before, now, by_participant)) {
        writes_.erase(
            Table::activity, keys::joined(key.organization, key.appointment, gone.participant)
        );
    }
    for (const auto& [participant, time] : only_in(now, before, by_participant_and_time)) {
        writes_.put(
            Table::activity,
            keys::joined(key.organization, key.appointment, participant),
            encode_time(time)
        );
    }
    Activity activity{touched.now.sequence, 0, touched.now.updated, std::nullopt, {}};
    if (const auto* const details = details_of(touched.now.state)) {
        activity.version = details->version;
        activity.status = domain::status_of(touched.now.state);
        activity.start = details->start;
    }
    writes_.put(Table::activity, own_key, encode_activity(activity));
}

void TouchedAppointments::keep_recent() const {
    for (const auto& [key, touched] : touched_) {
        if (details_of(touched.now.state) != nullptr) recent_.keep(key, touched.now);
    }
}

}  // namespace consularia::projections
