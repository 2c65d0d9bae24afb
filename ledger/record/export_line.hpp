#pragma once
// The lines of exports: docs/events.md, "In a file", and docs/auditing.md.

#include <string>
#include <string_view>

namespace consularia::ledger {

/// The record's exact bytes, if they are one line that cannot be mistaken for the other form;
/// otherwise `{"record_base64url":"…"}`. Without the line feed.
[[nodiscard]] std::string export_line(const std::string& record);

/// How the line with the signed head begins that ends an auditor's export or proof.
inline constexpr std::string_view kHeadLineBeginning = R"({"head":)";

/// The line that ends an auditor's export. Without the line feed.
[[nodiscard]] std::string head_line(const std::string& note);

}  // namespace consularia::ledger
