#pragma once
// The inclusion proof of a head's last record, from which the tree of an export goes on that begins
// behind it.

#include "cli/audit_heads.hpp"
#include "ledger/record/merkle.hpp"

#include <string>

namespace consularia::cli {

/// Reads what /api/v1/audit/proof/ answered for this head's last record and size. Throws CannotTell
/// if it cannot be read, or does not lead to the head's root.
[[nodiscard]] ledger::Frontier read_proof(const std::string& file, const AuditHead& kept);

}  // namespace consularia::cli
