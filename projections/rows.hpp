#pragma once
// What the rows hold that are more than a key, a number or the state of an aggregate. row_codec.hpp
// has their bytes.

#include "domain/appointment/appointment.hpp"
#include "domain/organization/scopes.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace consularia::projections {

/// Why an organization stands still: a fact could not be applied, so no later one was either.
struct Freeze {
    ledger::Position position = 0;  ///< That fact's.
    ledger::Sequence sequence = 0;  ///< The first fact that is not applied.
    /// What the binary read that could not apply it: a fingerprint (ledger/record/vocabulary.hpp).
    std::string vocabulary;

    friend bool operator==(const Freeze&, const Freeze&) = default;
};

/// What the projector knows about an organization before it reads the next record.
struct HeadRow {
    ledger::Head head;  ///< Its time is the one of the last applied fact.
    std::optional<Freeze> frozen;
    /// No fact before this one has a remembered Idempotency-Key: the search for the oldest starts
    /// here, past all dropped ones.
    ledger::Sequence remembered_from = 1;
    /// No remembered Idempotency-Key is older; empty if none is remembered.
    std::optional<domain::Timestamp> remembered_since = {};

    friend bool operator==(const HeadRow&, const HeadRow&) = default;
};

/// A token found by the hash of its secret.
struct TokenRow {
    domain::TokenId id;
    domain::Scopes scopes;
    std::optional<domain::Timestamp> expires_at;
};

/// An event of an appointment: which fact it is, and the status that it found.
struct HistoryRow {
    ledger::Sequence sequence = 0;
    std::optional<domain::Status> before;  ///< Empty: there was no appointment yet.

    friend bool operator==(const HistoryRow&, const HistoryRow&) = default;
};

/// The appointment's JSON, and the version at which it last changed: its tag.
struct AppointmentDocument {
    domain::Version version = 0;
    std::string json;
};

/// What has happened since a whole state was last stored among the changes.
struct Unkept {
    std::uint64_t facts = 0;
    std::uint64_t bytes = 0;  ///< The bytes of their records.

    friend bool operator==(const Unkept&, const Unkept&) = default;
};

/// What lists and walks ask about an appointment, small beside its state. The row stays when the
/// appointment is deleted.
struct Activity {
    ledger::Sequence sequence = 0;  ///< Its last fact.
    domain::Version version = 0;
    ledger::Sequence updated = 0;          ///< The fact that last changed its representation.
    std::optional<domain::Status> status;  ///< Empty: it is deleted.
    domain::Timestamp start;

    friend bool operator==(const Activity&, const Activity&) = default;
};

struct StateRow {
    domain::Appointment state;  ///< Not absent.
    Unkept unkept;
};

}  // namespace consularia::projections
