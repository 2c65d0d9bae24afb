#pragma once
// The bytes of a record. Golden files in tests/unit/ledger/golden pin them: every record that was
// ever stored stays readable.

#include "ledger/record/record.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace consularia::ledger {

/// Why a fact cannot be applied by this binary, as one sentence without personal data.
struct Unreadable {
    std::string why;
};

/// Writes and reads the bytes of records. Made once, and handed to everything that does either;
/// only the acceptance rule reads bytes without it (acceptance.hpp). Immutable and thread-safe.
class RecordCodec {
  public:
    /// The record's value: one line of JSON, attributes in the order of docs/events.md.
    [[nodiscard]] std::string encode(const Record& record) const;

    /// Reads a value that passed the acceptance rule. Unknown attributes are ignored; an unknown
    /// type, or data that none of our events has, is Unreadable.
    [[nodiscard]] tl::expected<Record, Unreadable> decode(std::string_view value) const;
};

}  // namespace consularia::ledger
