#pragma once
// The values of rows that are more than a key or a number. Numbers are big-endian, texts follow
// their length. Decoding throws ledger::StorageError: only a damaged store has other rows than
// these, kSchemaVersion sees to that.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/state_store.hpp"
#include "projections/head_row.hpp"
#include "projections/projector.hpp"
#include "projections/queries.hpp"

#include <string>
#include <string_view>

namespace consularia::projections {

[[nodiscard]] std::string encode_head(const HeadRow& row);
[[nodiscard]] HeadRow decode_head(std::string_view row);

/// appointments: version, state and rendered JSON, so that a GET takes the JSON and parses nothing.
/// Precondition: not absent.
[[nodiscard]] std::string encode_appointment(
    const domain::Appointment& appointment, std::string_view json
);
[[nodiscard]] domain::Appointment decode_appointment(std::string_view row);
[[nodiscard]] AppointmentDocument decode_document(std::string row);

[[nodiscard]] std::string encode_organization(const domain::Registered& organization);
[[nodiscard]] domain::Registered decode_organization(std::string_view row);

[[nodiscard]] std::string encode_token(const TokenRow& token);
[[nodiscard]] TokenRow decode_token(std::string_view row);

/// idempotency.
[[nodiscard]] std::string encode_remembered(const ledger::Remembered& remembered);
[[nodiscard]] ledger::Remembered decode_remembered(std::string_view row);

/// meta, as text: `<next> <last hash> <ledger identity>`.
[[nodiscard]] std::string encode_checkpoint(const Checkpoint& checkpoint);
[[nodiscard]] Checkpoint decode_checkpoint(std::string_view row);

}  // namespace consularia::projections
