#pragma once
// The API's queries on the read models. Each query reads one Reader, so it sees one state.

#include "domain/organization/organization.hpp"
#include "journal/journal.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/record/record_codec.hpp"
#include "projections/read_store.hpp"
#include "projections/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

[[nodiscard]] std::optional<TokenRow> find_token(
    const Reader& reader, domain::OrganizationId organization, const domain::SecretHash& secret
);

/// Those of all frozen organizations.
[[nodiscard]] std::map<domain::OrganizationId, HeadRow> frozen_head_rows(const Reader& reader);
/// Sequence 0 when the organization has no facts.
[[nodiscard]] HeadRow find_head_row(const Reader& reader, domain::OrganizationId organization);
[[nodiscard]] ledger::Head find_head(const Reader& reader, domain::OrganizationId organization);
[[nodiscard]] bool is_frozen(const Reader& reader, domain::OrganizationId organization);
[[nodiscard]] domain::Organization find_organization(
    const Reader& reader, domain::OrganizationId organization
);
[[nodiscard]] std::optional<ledger::Remembered> find_remembered(
    const Reader& reader, domain::OrganizationId organization, std::string_view remembered_name
);

[[nodiscard]] std::optional<AppointmentDocument> find_document(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);
/// The appointment as its JSON shows it: without joins, and with its tag as version.
[[nodiscard]] domain::Appointment find_appointment(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

/// The same, with none of its participants but this one, if it has it. Of a thousand, decoding all
/// would take twenty times as long.
[[nodiscard]] domain::Appointment find_appointment_of(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::ParticipantId participant
);

/// What past states are folded from: all of one node.
struct Past {
    const Reader& reader;
    const journal::Journal& journal;
    const ledger::RecordCodec& codec;
};

/// The same as of right after that fact of the organization. Reads a bounded number of facts and
/// bytes, however long the history is.
[[nodiscard]] domain::Appointment find_appointment_as_of(
    const Past& past,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    ledger::Sequence sequence
);

/// The record that is this fact of the organization, with the time that counts (docs/events.md);
/// empty if there is none, or if this binary cannot read it.
[[nodiscard]] std::optional<ledger::Record> find_record(
    const Past& past, domain::OrganizationId organization, ledger::Sequence sequence
);

/// All organizations, by creation time, then id.
[[nodiscard]] std::uint64_t count_organizations(const Reader& reader);
/// `limit` of them, starting with the `offset`th; the cost does not depend on the offset.
[[nodiscard]] std::vector<domain::Registered> list_organizations(
    const Reader& reader, std::uint64_t offset, std::size_t limit
);

/// The JSON of an appointment from a list of the same reader.
[[nodiscard]] std::string listed_document(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

}  // namespace consularia::projections
