#pragma once
// Time stamps of heads as an auditor has them, in files.

#include "cli/audit_heads.hpp"
#include "domain/time.hpp"
#include "infra/crypto/time_stamps.hpp"

#include <span>
#include <string>

namespace consularia::cli {

struct AuditStamp {
    std::string label;      ///< How verdicts call it: the name of its file.
    ledger::Hash digest{};  ///< The digest of the note that was stamped.
    domain::Timestamp time{};
};

/// Throws CannotTell if the file has no certificate.
[[nodiscard]] infra::StampTrust read_trust(const std::string& file);

/// Throws Altered for a wrong signature, CannotTell if it is no stamp, or none of a TSA that is
/// believed.
[[nodiscard]] AuditStamp read_stamp(const std::string& file, const infra::StampTrust& trust);

/// The head that was stamped; null if it is none of these.
[[nodiscard]] const AuditHead* find_stamped(
    const AuditStamp& stamp, std::span<const AuditHead> heads
);

}  // namespace consularia::cli
