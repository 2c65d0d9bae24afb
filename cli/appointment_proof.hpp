#pragma once
// Verifies the proof of one appointment (docs/auditing.md). The verifiers in clients/ say the same
// in the same words.

#include "cli/audit_heads.hpp"
#include "ledger/record/sparse_tree.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace consularia::cli {

/// Takes the lines one after another. Its methods throw Altered and CannotTell; nothing may be
/// called after that.
class AppointmentProof {
  public:
    explicit AppointmentProof(std::string appointment);

    /// A record.
    void take(std::string_view line);

    /// The last line. `heads` were kept. Returns what is intact.
    [[nodiscard]] std::string finish(
        std::string_view line, const AuditKeys& keys, std::span<const AuditHead> heads
    ) const;

  private:
    void check_end(const infra::SignedHead& end, const ledger::SparseProof& proof) const;

    const std::string appointment_;
    const ledger::Hash subject_;
    ledger::Hash history_{};
    std::string organization_;  ///< Empty without records.
    std::uint64_t lines_ = 0;
    std::uint64_t last_ = 0;  ///< The sequence of the last record.
};

/// The same for a file.
[[nodiscard]] std::string read_appointment_proof(
    const std::string& file,
    const std::string& appointment,
    const AuditKeys& keys,
    std::span<const AuditHead> heads
);

}  // namespace consularia::cli
