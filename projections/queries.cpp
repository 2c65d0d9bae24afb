#include "projections/queries.hpp"

#include "domain/appointment/evolve.hpp"
#include "ledger/log/storage_error.hpp"
#include "projections/byte_codec.hpp"
#include "projections/keys.hpp"
#include "projections/ranks.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <utility>

namespace consularia::projections {
namespace {

[[noreturn]] void past_is_damaged() {
    throw ledger::StorageError(
        "A past state cannot be folded: the facts do not fit what is stored of it."
    );
}

/// Joins that changed no state were left out before: they changed only the version.
domain::Appointment at_version(domain::Appointment state, domain::Version version) {
    const auto* const details = domain::details_of(state);
    if (details == nullptr) return state;
    auto moved = *details;
    moved.version = version;
    return domain::with_status(domain::status_of(state), std::move(moved));
}

/// The state after the next fact of the journal that changed it.
domain::Appointment replay(
    const Past& past,
    domain::OrganizationId organization,
    domain::Appointment state,
    ledger::Sequence sequence
) {
    const auto record = find_record(past, organization, sequence);
    if (!record) past_is_damaged();
    const auto* const fact = std::get_if<ledger::AppointmentRecordEvent>(&record->event);
    if (fact == nullptr) past_is_damaged();
    auto next = evolve(
        at_version(std::move(state), fact->version - 1),
        fact->event,
        {fact->id, fact->version, record->time}
    );
    if (!next) past_is_damaged();
    return *std::move(next);
}

}  // namespace

std::optional<TokenRow> find_token(
    const Reader& reader, domain::OrganizationId organization, const domain::SecretHash& secret
) {
    const auto row = reader.get(Table::tokens, keys::token(organization, secret));
    return row ? std::optional(decode_token(*row)) : std::nullopt;
}

std::map<domain::OrganizationId, HeadRow> frozen_head_rows(const Reader& reader) {
    std::map<domain::OrganizationId, HeadRow> heads;
    const auto frozen = reader.scan(Table::frozen, "", "");
    for (; frozen->valid(); frozen->next()) {
        const auto organization = keys::organization_in(frozen->key());
        const auto head = find_head_row(reader, organization);
        if (!head.frozen) row_is_damaged();
        heads.emplace(organization, head);
    }
    return heads;
}

HeadRow find_head_row(const Reader& reader, domain::OrganizationId organization) {
    const auto row = reader.get(Table::heads, keys::organization(organization));
    return row ? decode_head(*row) : HeadRow{};
}

ledger::Head find_head(const Reader& reader, domain::OrganizationId organization) {
    return find_head_row(reader, organization).head;
}

bool is_frozen(const Reader& reader, domain::OrganizationId organization) {
    return find_head_row(reader, organization).frozen.has_value();
}

domain::Organization find_organization(const Reader& reader, domain::OrganizationId organization) {
    const auto row = reader.get(Table::organizations, keys::organization(organization));
    if (!row) return domain::Unregistered{};
    return decode_organization(*row);
}

std::optional<ledger::Remembered> find_remembered(
    const Reader& reader, domain::OrganizationId organization, std::string_view remembered_name
) {
    const auto row =
        reader.get(Table::idempotency, keys::idempotency(organization, remembered_name));
    return row ? std::optional(decode_remembered(*row)) : std::nullopt;
}

std::optional<AppointmentDocument> find_document(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
) {
    auto row = reader.get(Table::appointments, keys::appointment(organization, id));
    if (!row) return std::nullopt;
    return decode_document(*std::move(row));
}

domain::Appointment find_appointment(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
) {
    const auto row = reader.get(Table::states, keys::appointment(organization, id));
    return row ? decode_state_row(*row).state : domain::Absent{};
}

domain::Appointment find_appointment_of(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::ParticipantId participant
) {
    const auto row = reader.get(Table::states, keys::appointment(organization, id));
    return row ? decode_state_row(*row, participant).state : domain::Absent{};
}

domain::Appointment find_appointment_as_of(
    const Past& past,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    ledger::Sequence sequence
) {
    domain::Appointment state;
    std::vector<ledger::Sequence> since;  // that state, in reverse order
    const auto changes = past.reader.scan(
        Table::changes,
        keys::change(organization, id, sequence),
        keys::after_all(keys::appointment(organization, id))
    );
    for (; changes->valid() && changes->value().empty(); changes->next()) {
        since.push_back(keys::changed_by(changes->key()));
    }
    if (changes->valid()) state = decode_state(changes->value());
    for (auto fact = since.rbegin(); fact != since.rend(); ++fact) {
        state = replay(past, organization, std::move(state), *fact);
    }
    return state;
}

std::optional<ledger::Record> find_record(
    const Past& past, domain::OrganizationId organization, ledger::Sequence sequence
) {
    const auto value = past.journal.fact(organization, sequence);
    if (!value) return std::nullopt;
    auto record = past.codec.decode(*value);
    if (!record) return std::nullopt;
    const auto counted = past.reader.get(Table::counted_times, keys::fact(organization, sequence));
    if (counted) record->time = keys::time_of_place(*counted);
    return *std::move(record);
}

std::uint64_t count_organizations(const Reader& reader) {
    return size(reader, organization_list());
}

std::vector<domain::Registered> list_organizations(
    const Reader& reader, std::uint64_t offset, std::size_t limit
) {
    std::vector<domain::Registered> page;
    const auto first = select(reader, organization_list(), offset);
    if (!first) return page;
    const auto cursor = reader.scan(Table::organizations_by_creation, *first, "");
    for (; cursor->valid() && page.size() < limit; cursor->next()) {
        auto found = find_organization(reader, keys::organization_of_place(cursor->key()));
        auto* const registered = std::get_if<domain::Registered>(&found);
        if (registered == nullptr) {
            throw ledger::StorageError("The read store is damaged: an organization is missing.");
        }
        page.push_back(std::move(*registered));
    }
    return page;
}

std::string listed_document(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
) {
    auto document = find_document(reader, organization, id);
    if (document) return std::move(document->json);
    throw ledger::StorageError("The read store is damaged: an appointment is missing.");
}

}  // namespace consularia::projections
