#include "projections/appointment_index.hpp"

#include "projections/deadline_rows.hpp"
#include "projections/keys.hpp"
#include "projections/list_classes.hpp"
#include "projections/ranked_list.hpp"
#include "projections/ranks.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace consularia::projections {
namespace {

/// What the lists and the deadlines contain of an appointment; empty if it is absent.
struct Indexed {
    std::optional<std::string> place;
    Shared<std::vector<domain::Participant>> participants;
    std::optional<domain::Timestamp> deadline;
    KeyClass key_class = 0;

    explicit Indexed(const domain::Appointment& appointment) {
        const auto* const details = details_of(appointment);
        if (details == nullptr) return;
        key_class = current_class(domain::status_of(appointment));
        place = keys::place(details->start, details->id);
        // Only a scheduled or an active appointment awaits its end.
        if (details->awaits_end) deadline = details->end();
        participants = details->participants;
    }

    /// Sorted, each once: participants of the log may share one (evolve.hpp).
    [[nodiscard]] std::vector<std::string_view> unique_ids() const {
        std::vector<std::string_view> ids;
        for (const auto& each : *participants) ids.push_back(each.unique_id.value());
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        return ids;
    }
};

void index_start(
    WriteSet& writes,
    KnownRanks& known,
    domain::OrganizationId organization,
    const Indexed& before,
    const Indexed& after
) {
    const auto list = start_list(organization);
    if (before.place == after.place) {
        if (before.key_class == after.key_class) return;
        return reclassify(writes, known, list, *after.place, before.key_class, after.key_class);
    }
    if (before.place) erase(writes, known, list, *before.place, before.key_class);
    if (after.place) insert(writes, known, list, *after.place, after.key_class);
}

void index_participants(
    WriteSet& writes,
    KnownRanks& known,
    domain::OrganizationId organization,
    const Indexed& before,
    const Indexed& after
) {
    const bool same_place = before.place == after.place;
    const bool same_class = before.key_class == after.key_class;
    if (same_place && same_class && before.participants.same_as(after.participants)) return;
    // A participant keeps their row if the place stays the same; if it changes, all rows move.
    const auto ids_before = before.unique_ids();
    const auto ids_after = after.unique_ids();
    std::vector<std::string_view> staying;
    if (same_place)
        std::ranges::set_intersection(ids_before, ids_after, std::back_inserter(staying));
    const auto stays = [&](std::string_view unique_id) {
        return std::binary_search(staying.begin(), staying.end(), unique_id);
    };
    for (const auto unique_id : ids_before) {
        const auto list = participant_list(organization, unique_id);
        if (!stays(unique_id)) {
            erase(writes, known, list, *before.place, before.key_class);
        } else if (!same_class) {
            reclassify(writes, known, list, *after.place, before.key_class, after.key_class);
        }
    }
    for (const auto unique_id : ids_after) {
        if (!stays(unique_id)) {
            insert(
                writes,
                known,
                participant_list(organization, unique_id),
                *after.place,
                after.key_class
            );
        }
    }
}

void index_deadline(
    WriteSet& writes,
    ledger::Partition partition,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    const Indexed& before,
    const Indexed& after
) {
    if (before.deadline == after.deadline) return;
    if (before.deadline) erase_deadline(writes, {partition, organization, id, *before.deadline});
    if (after.deadline) put_deadline(writes, {partition, organization, id, *after.deadline});
}

/// The appointment's entries in by_change, by sequence: two after a join, none before creation.
std::map<ledger::Sequence, KeyClass> changes_of(const StoredAppointment& stored) {
    if (stored.sequence == 0) return {};
    if (details_of(stored.state) == nullptr) return {{stored.sequence, kDeletedClass}};
    const auto status = domain::status_of(stored.state);
    if (stored.updated == stored.sequence) return {{stored.sequence, current_class(status)}};
    return {{stored.updated, outrun_class(status)}, {stored.sequence, joined_class(status)}};
}

}  // namespace

void index_appointment(
    WriteSet& writes,
    KnownRanks& known,
    ledger::Partition partition,
    const AppointmentKey& key,
    const domain::Appointment& before,
    const domain::Appointment& after
) {
    const auto& [organization, appointment] = key;
    const Indexed indexed_before(before);
    const Indexed indexed_after(after);
    index_start(writes, known, organization, indexed_before, indexed_after);
    index_participants(writes, known, organization, indexed_before, indexed_after);
    index_deadline(writes, partition, organization, appointment, indexed_before, indexed_after);
}

void index_changes(
    WriteSet& writes,
    KnownRanks& known,
    const AppointmentKey& key,
    const StoredAppointment& before,
    const StoredAppointment& after
) {
    const auto list = change_list(key.organization);
    const auto entries_after = changes_of(after);
    auto added = entries_after;
    for (const auto& [sequence, key_class] : changes_of(before)) {
        const auto place = keys::change_place(sequence, key.appointment);
        const auto stays = entries_after.find(sequence);
        if (stays == entries_after.end()) {
            erase(writes, known, list, place, key_class);
            continue;
        }
        added.erase(sequence);
        if (key_class != stays->second) {
            reclassify(writes, known, list, place, key_class, stays->second);
        }
    }
    for (const auto& [sequence, key_class] : added) {
        insert(writes, known, list, keys::change_place(sequence, key.appointment), key_class);
    }
}

}  // namespace consularia::projections
