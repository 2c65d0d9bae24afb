#include "projections/appointment_rows.hpp"

#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "projections/ranks.hpp"
#include "projections/render_json.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using domain::Details;

/// What the lists and the deadlines know of an appointment; nothing when it is absent.
struct Indexed {
    std::optional<std::string> place;
    std::vector<std::string_view> unique_ids;  ///< Sorted, into the state.
    std::optional<domain::Timestamp> deadline;

    explicit Indexed(const Details* details) {
        if (details == nullptr) return;
        place = keys::place(details->start, details->id);
        // Only a scheduled or an active appointment awaits its end.
        if (details->awaits_end) deadline = details->end();
        for (const auto& each : details->participants) unique_ids.push_back(each.unique_id.value());
        std::sort(unique_ids.begin(), unique_ids.end());
    }
};

RankedList start_list(domain::OrganizationId organization) {
    return {Table::by_start, keys::start_list(organization)};
}

RankedList participant_list(domain::OrganizationId organization, std::string_view unique_id) {
    return {Table::by_participant, keys::participant_list(organization, unique_id)};
}

void index_start(
    Batch& batch, domain::OrganizationId organization, const Indexed& before, const Indexed& after
) {
    if (before.place == after.place) return;
    if (before.place) erase(batch, start_list(organization), *before.place);
    if (after.place) insert(batch, start_list(organization), *after.place);
}

void index_participants(
    Batch& batch, domain::OrganizationId organization, const Indexed& before, const Indexed& after
) {
    // Whoever stays at the same place keeps their row; when the place changes, nobody does.
    std::vector<std::string_view> staying;
    if (before.place == after.place) {
        std::set_intersection(
            before.unique_ids.begin(),
            before.unique_ids.end(),
            after.unique_ids.begin(),
            after.unique_ids.end(),
            std::back_inserter(staying)
        );
    }
    const auto stays = [&](std::string_view unique_id) {
        return std::binary_search(staying.begin(), staying.end(), unique_id);
    };
    for (const auto unique_id : before.unique_ids) {
        if (!stays(unique_id)) {
            erase(batch, participant_list(organization, unique_id), *before.place);
        }
    }
    for (const auto unique_id : after.unique_ids) {
        if (!stays(unique_id)) {
            insert(batch, participant_list(organization, unique_id), *after.place);
        }
    }
}

void index_deadline(
    Batch& batch,
    ledger::Partition partition,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    const Indexed& before,
    const Indexed& after
) {
    if (before.deadline == after.deadline) return;
    const auto key = [&](domain::Timestamp time) {
        return keys::deadline(partition, time, organization, id);
    };
    if (before.deadline) batch.erase(Table::deadlines, key(*before.deadline));
    if (after.deadline) batch.put(Table::deadlines, key(*after.deadline), "");
}

}  // namespace

tl::expected<AppliedAppointment, domain::ImpossibleTransition> apply_to_appointment(
    Batch& batch,
    ledger::Partition partition,
    const ledger::Record& record,
    const ledger::AppointmentFact& fact,
    const Links& links
) {
    const auto organization = record.organization;
    const auto before = find_appointment(batch, organization, fact.appointment);
    auto after = evolve(before, fact.event, {fact.appointment, fact.version, record.time});
    if (!after) return tl::unexpected(after.error());

    const Indexed indexed_before(details_of(before));
    const Indexed indexed_after(details_of(*after));
    index_start(batch, organization, indexed_before, indexed_after);
    index_participants(batch, organization, indexed_before, indexed_after);
    index_deadline(batch, partition, organization, fact.appointment, indexed_before, indexed_after);

    const auto key = keys::appointment(organization, fact.appointment);
    std::string json;
    if (indexed_after.place) {
        json = render_appointment(organization, *after, links);
        batch.put(Table::appointments, key, encode_appointment(*after, json));
    } else {
        batch.erase(Table::appointments, key);
    }
    return AppliedAppointment{*std::move(after), std::move(json)};
}

}  // namespace consularia::projections
