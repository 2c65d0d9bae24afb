#pragma once
// What the handlers of /audit/ work with, beside what all handlers do.

#include "api/call.hpp"
#include "api/service.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace consularia::api {

/// The facts of an organization up to one of them.
struct TreeHead {
    ledger::Sequence sequence = 0;
    ledger::Hash root{};   ///< Of the Merkle tree.
    ledger::Hash chain{};  ///< The hash of the last one.
};

/// What verifies the heads of an organization.
struct AuditKey {
    int id = 0;
    std::string verifier_key;  ///< As C2SP signed-note has it.
    domain::Timestamp valid_from{};
    std::optional<domain::Timestamp> valid_to;
};

/// The service of every server; only the handlers of /audit/ look at this part of it.
struct AuditService : Service {
    /// What is published of the keys that sign the heads of an organization.
    std::function<std::vector<AuditKey>(domain::OrganizationId)> audit_keys;
    /// The head as a signed note; empty if no key is valid.
    std::function<std::optional<std::string>(domain::OrganizationId, const TreeHead&)> sign_head;
};

/// Precondition: a server answers the call.
[[nodiscard]] inline const AuditService& audit_service(const Call& call) {
    return static_cast<const AuditService&>(call.service);
}

}  // namespace consularia::api
