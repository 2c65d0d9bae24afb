#pragma once
// The bytes of a record. Golden files in tests/unit/ledger/golden pin them: every record that was
// ever stored stays readable.

#include "ledger/record/record.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::ledger {

struct ParsedValue;

/// The form of new records; records of all forms are read. Numbered as in docs/events.md.
///
/// Binaries that know no format but the first two may not know the mark `skippable` either, and
/// freeze an organization at a marked record. So types of events that have the mark are written in
/// the third format and later ones only (decision 36).
enum class WriteFormat {
    verbatim = 1,  ///< With the client's X-Request-ID and Idempotency-Key.
    keyed = 2,     ///< With our own id of the request, and a keyed hash of the Idempotency-Key.
    marked = 3,    ///< The same, with events that may be skipped.
};

inline constexpr WriteFormat kNewestFormat = WriteFormat::marked;

/// What the form of records depends on.
struct RecordContext {
    WriteFormat format = kNewestFormat;
    /// HMAC-SHA-256 with the request key.
    std::function<Hash(std::string_view)> hash;
    /// Types of events that are unknown to it: tests make an older binary's codec this way.
    std::vector<std::string> unknown_types = {};
};

/// A record whose event this binary does not know.
struct UnknownRecord {
    std::string why;  ///< One sentence without personal data.
    /// The rest of the record, if its writer marked it as skippable: its event changes nothing that
    /// this binary keeps.
    std::optional<Envelope> skippable;
};

/// Writes and reads the bytes of records. Made once, and handed to everything that does either;
/// only the acceptance rule reads bytes without it (acceptance.hpp). Immutable and thread-safe.
class RecordCodec {
  public:
    explicit RecordCodec(RecordContext context) : context_(std::move(context)) {}

    /// Only reads, and only what needs no keys.
    [[nodiscard]] static RecordCodec without_keys() { return RecordCodec({}); }

    /// Whether new records may have this event in the codec's format.
    [[nodiscard]] bool may_write(const RecordEvent& event) const;

    /// The record's value: one line of JSON, attributes in the order of docs/events.md.
    [[nodiscard]] std::string encode(const Record& record) const;

    /// Reads a value that passed the acceptance rule. Unknown attributes are ignored; so is the
    /// mark of a type that this binary knows.
    [[nodiscard]] tl::expected<Record, UnknownRecord> decode(const ParsedValue& value) const;
    [[nodiscard]] tl::expected<Record, UnknownRecord> decode(std::string_view value) const;

    /// Types of events that this binary knows and this codec does not.
    [[nodiscard]] const std::vector<std::string>& unknown_types() const {
        return context_.unknown_types;
    }

    /// What new records hold as the id of a request: one of these.
    [[nodiscard]] const std::string& stored_request_id(const RequestIds& ids) const;

    /// The forms of a key that was sent for this organization.
    [[nodiscard]] KeyForms forms_of(domain::OrganizationId organization, std::string key) const;

    /// What new records hold of an Idempotency-Key: one of its forms.
    [[nodiscard]] const std::string& stored_key(const KeyForms& key) const;

  private:
    RecordContext context_;
};

}  // namespace consularia::ledger
