#pragma once
// The lines of exports: docs/events.md, "In a file", and docs/auditing.md.

#include "ledger/record/sparse_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {

/// The record's exact bytes, if they are one line that cannot be mistaken for the other form;
/// otherwise `{"record_base64url":"…"}`. Without the line feed.
[[nodiscard]] std::string export_line(const std::string& record);

/// How the line with the signed head begins that ends an auditor's export or proof.
inline constexpr std::string_view kHeadLineBeginning = R"({"head":)";

/// The line that ends an auditor's export. Without the line feed.
[[nodiscard]] std::string head_line(const std::string& note);

/// What the line says that ends the proof of one appointment.
struct ProofLine {
    std::string note;
    std::vector<Hash> path;
    std::optional<SparseLeaf> other;  ///< At the end of the way, if the appointment has no records.
    std::uint64_t from = 0;           ///< 0: without a proof of consistency.
    std::vector<Hash> consistency;
};

/// Without the line feed.
[[nodiscard]] std::string proof_line(const ProofLine& proof);

}  // namespace consularia::ledger
