#pragma once
// Signed heads as an auditor has them: kept in files, or at the end of an export.

#include "infra/crypto/notes.hpp"

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::cli {

/// What is wrong with an export.
class Altered : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Why nothing can be said about it.
class CannotTell : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct AuditHead {
    std::string label;  ///< How verdicts call it: the name of its file.
    infra::SignedHead head;
    ledger::Hash note{};  ///< The SHA-256 of the signed note, which a time stamp is of.
    std::size_t key = 0;  ///< Which of the keys signed it.
};

using AuditKeys = std::vector<infra::NoteVerifier>;

/// At most so many bytes of the file. Throws CannotTell if it cannot be read.
[[nodiscard]] std::string read_beginning(const std::string& file, std::size_t bytes);

/// Throws CannotTell for anything that is no verifier key.
[[nodiscard]] AuditKeys read_audit_keys(std::span<const std::string> texts);

/// Throws Altered for a wrong signature, CannotTell if there is none by one of the keys.
[[nodiscard]] AuditHead open_head(
    std::string_view note, const AuditKeys& keys, const std::string& label
);

/// The same for a file.
[[nodiscard]] AuditHead read_head(const std::string& file, const AuditKeys& keys);

}  // namespace consularia::cli
