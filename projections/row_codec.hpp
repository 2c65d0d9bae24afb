#pragma once
// The values of rows that are more than a key or a number. Numbers are big-endian, texts follow
// their length. Decoding throws ledger::StorageError: thanks to kSchemaVersion, only a damaged
// store has other rows than these.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/commands/state_store.hpp"
#include "projections/render_json.hpp"
#include "projections/rows.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

[[nodiscard]] std::string encode_head(const HeadRow& row);
[[nodiscard]] HeadRow decode_head(std::string_view row);

/// appointments: the tag, where the participants are, and the JSON, so that a GET copies the JSON
/// and parses nothing.
[[nodiscard]] std::string encode_document(domain::Version tag, const Document& document);
[[nodiscard]] AppointmentDocument decode_document(std::string row);
[[nodiscard]] Document decode_rendered(std::string row);

/// A state as its representation shows it: without joins, and with its tag as version. Used in
/// `changes`, where it may be absent, and at the end of a row of `states`. If one participant is
/// named, the others are not decoded.
[[nodiscard]] std::string encode_state(const domain::Appointment& appointment);
[[nodiscard]] domain::Appointment decode_state(
    std::string_view bytes, const std::optional<domain::ParticipantId>& only = {}
);

/// states.
[[nodiscard]] std::string encode_state_row(const StateRow& row);
[[nodiscard]] StateRow decode_state_row(
    std::string_view row, const std::optional<domain::ParticipantId>& only = {}
);

/// activity: an appointment's, and a participant's.
[[nodiscard]] std::string encode_activity(const Activity& activity);
[[nodiscard]] Activity decode_activity(std::string_view row);
[[nodiscard]] std::string encode_time(domain::Timestamp time);
[[nodiscard]] domain::Timestamp decode_time(std::string_view row);

[[nodiscard]] std::string encode_organization(const domain::Registered& organization);
[[nodiscard]] domain::Registered decode_organization(std::string_view row);

[[nodiscard]] std::string encode_token(const TokenRow& token);
[[nodiscard]] TokenRow decode_token(std::string_view row);

/// issued_tokens.
[[nodiscard]] std::string encode_issued(const domain::TokenGrant& token);
[[nodiscard]] domain::TokenGrant decode_issued(std::string_view row);

/// history.
[[nodiscard]] std::string encode_history(const HistoryRow& row);
[[nodiscard]] HistoryRow decode_history(std::string_view row);

/// idempotency.
[[nodiscard]] std::string encode_remembered(const ledger::Remembered& remembered);
[[nodiscard]] ledger::Remembered decode_remembered(std::string_view row);

}  // namespace consularia::projections
