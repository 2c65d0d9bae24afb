#pragma once
// What is signed of an organization's facts, and the keys that sign it, as the API knows them.

#include "domain/time.hpp"
#include "ledger/record/record.hpp"

#include <optional>
#include <string>

namespace consularia::api {

/// The facts of an organization up to one of them.
struct TreeHead {
    ledger::Sequence sequence = 0;
    ledger::Hash root{};                      ///< The Merkle tree's.
    ledger::Hash chain{};                     ///< The hash of the last one.
    std::optional<ledger::Hash> histories{};  ///< Their root (journal/histories.hpp), if known.
};

/// What verifies the heads of an organization.
struct AuditKey {
    int id = 0;
    std::string verifier_key;  ///< As C2SP signed-note has it.
    domain::Timestamp valid_from{};
    std::optional<domain::Timestamp> valid_to;
};

}  // namespace consularia::api
