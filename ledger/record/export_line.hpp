#pragma once
// A record as a line of an export: docs/events.md, "In a file".

#include <string>

namespace consularia::ledger {

/// The record's exact bytes, if they are one line that cannot be mistaken for the other form;
/// otherwise `{"record_base64url":"…"}`. Without the line feed.
[[nodiscard]] std::string export_line(const std::string& record);

}  // namespace consularia::ledger
