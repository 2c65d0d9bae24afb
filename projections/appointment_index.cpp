#include "projections/appointment_index.hpp"

#include "projections/deadline_rows.hpp"
#include "projections/keys.hpp"
#include "projections/ranks.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

namespace consularia::projections {
namespace {

using domain::Details;

/// What the lists and the deadlines contain of an appointment; empty if it is absent.
struct Indexed {
    std::optional<std::string> place;
    Shared<std::vector<domain::Participant>> participants;
    std::optional<domain::Timestamp> deadline;

    explicit Indexed(const Details* details) {
        if (details == nullptr) return;
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

RankedList start_list(domain::OrganizationId organization) {
    return {Table::by_start, keys::start_list(organization)};
}

RankedList participant_list(domain::OrganizationId organization, std::string_view unique_id) {
    return {Table::by_participant, keys::participant_list(organization, unique_id)};
}

void index_start(
    WriteSet& writes,
    KnownBlocks& known,
    domain::OrganizationId organization,
    const Indexed& before,
    const Indexed& after
) {
    if (before.place == after.place) return;
    if (before.place) erase(writes, known, start_list(organization), *before.place);
    if (after.place) insert(writes, known, start_list(organization), *after.place);
}

void index_participants(
    WriteSet& writes,
    KnownBlocks& known,
    domain::OrganizationId organization,
    const Indexed& before,
    const Indexed& after
) {
    const bool same_place = before.place == after.place;
    if (same_place && before.participants.same_as(after.participants)) return;
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
        if (!stays(unique_id)) {
            erase(writes, known, participant_list(organization, unique_id), *before.place);
        }
    }
    for (const auto unique_id : ids_after) {
        if (!stays(unique_id)) {
            insert(writes, known, participant_list(organization, unique_id), *after.place);
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

}  // namespace

void index_appointment(
    WriteSet& writes,
    KnownBlocks& known,
    ledger::Partition partition,
    const AppointmentKey& key,
    const domain::Appointment& before,
    const domain::Appointment& after
) {
    const auto& [organization, appointment] = key;
    const Indexed indexed_before(details_of(before));
    const Indexed indexed_after(details_of(after));
    index_start(writes, known, organization, indexed_before, indexed_after);
    index_participants(writes, known, organization, indexed_before, indexed_after);
    index_deadline(writes, partition, organization, appointment, indexed_before, indexed_after);
}

}  // namespace consularia::projections
