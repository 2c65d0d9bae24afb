#include "projections/history.hpp"

#include "ledger/log/storage_error.hpp"
#include "ledger/record/parsed_value.hpp"
#include "projections/keys.hpp"
#include "projections/row_codec.hpp"
#include "projections/stored_appointment.hpp"

#include <utility>

namespace consularia::projections {

domain::Version count_events(
    const Past& past, domain::OrganizationId organization, domain::AppointmentId id
) {
    // That of a deleted one has no version.
    const auto activity = find_activity(past.reader, organization, id);
    if (activity && activity->version > 0) return activity->version;
    // The last change of what is absent was its deletion.
    const auto deletion = last_change(past.reader, organization, id, ~ledger::Sequence{});
    if (deletion == 0) return 0;
    const auto fact = read_fact(past, organization, deletion);
    const auto* const event =
        fact.event ? std::get_if<ledger::AppointmentRecordEvent>(&*fact.event) : nullptr;
    if (event == nullptr) throw ledger::StorageError("The read store does not fit the journal.");
    return event->version;
}

std::optional<HistoryRow> find_event(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::Version version
) {
    const auto row = reader.get(Table::history, keys::history(organization, id, version));
    return row ? std::optional(decode_history(*row)) : std::nullopt;
}

std::vector<HistoryRow> list_events(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::Version from,
    std::size_t limit
) {
    std::vector<HistoryRow> events;
    const auto rows = reader.scan(
        Table::history,
        keys::history(organization, id, from),
        keys::after_all(keys::appointment(organization, id))
    );
    for (; rows->valid() && events.size() < limit; rows->next()) {
        events.push_back(decode_history(rows->value()));
    }
    return events;
}

ledger::Sequence last_change(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    ledger::Sequence sequence
) {
    const auto changes = reader.scan(
        Table::changes,
        keys::change(organization, id, sequence),
        keys::after_all(keys::appointment(organization, id))
    );
    return changes->valid() ? keys::changed_by(changes->key()) : 0;
}

std::optional<domain::TokenGrant> find_issued_token(
    const Reader& reader, domain::OrganizationId organization, domain::TokenId id
) {
    const auto row = reader.get(Table::issued_tokens, keys::issued_token(organization, id));
    return row ? std::optional(decode_issued(*row)) : std::nullopt;
}

PastFact read_fact(
    const Past& past, domain::OrganizationId organization, ledger::Sequence sequence
) {
    const auto value = past.journal.fact(organization, sequence);
    if (!value) throw ledger::StorageError("The journal lacks a fact that the read store has.");
    const auto parsed = ledger::parse_value(*value);
    auto record = past.codec.decode(parsed);
    PastFact fact;
    fact.bytes = value->size();
    if (record) {
        fact.envelope = *record;
        fact.type = ledger::type_of(record->event);
        fact.event = std::move(record->event);
    } else if (record.error().skippable) {
        fact.envelope = *std::move(record.error().skippable);
    } else {
        throw ledger::StorageError("A fact cannot be read: " + record.error().why + ".");
    }
    // The name that was recorded, not that of the version that is written today.
    if (parsed.object) fact.type = parsed.object->root().find_text("type");
    const auto counted = past.reader.get(Table::counted_times, keys::fact(organization, sequence));
    if (counted) fact.envelope.time = keys::time_of_place(*counted);
    return fact;
}

ledger::Sequence last_fact_until(
    const Past& past,
    domain::OrganizationId organization,
    ledger::Sequence head,
    domain::Timestamp moment
) {
    ledger::Sequence within = 0;
    ledger::Sequence after = head + 1;
    while (after - within > 1) {
        const auto middle = within + (after - within) / 2;
        const bool later = read_fact(past, organization, middle).envelope.time > moment;
        (later ? after : within) = middle;
    }
    return within;
}

}  // namespace consularia::projections
