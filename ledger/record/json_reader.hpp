#pragma once
// Reads the members of one JSON object into types that cannot be invalid, and remembers the first
// problem, in words that contain no value from the log.

#include "domain/time.hpp"
#include "ledger/record/canonical.hpp"
#include "ledger/record/event_types.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/json.hpp"
#include "ledger/record/unreadable.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::ledger {

/// A value that is missing, of the wrong type or out of its limits reads as empty, and so does
/// everything inside it. A reader refers to its JSON, its problem and the reader it came from; all
/// must outlive it.
class JsonReader {
  public:
    JsonReader(const Json& object, std::optional<Unreadable>& problem)
        : object_(&object), problem_(&problem) {}

    /// The same as data of an event of this version, and so is everything inside it.
    [[nodiscard]] JsonReader of_version(EventVersion version) const {
        JsonReader data = *this;
        data.version_ = version;
        return data;
    }

    /// 0 outside of an event's data: a version that holds nothing.
    [[nodiscard]] EventVersion version() const { return version_; }

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// The object under the key; if there is none, a reader of nothing.
    [[nodiscard]] JsonReader object(std::string_view key) const;
    /// One element of the list under the key.
    [[nodiscard]] JsonReader element(std::string_view key, const Json& element) const;

    /// The object's own member names and values. Null for a reader of nothing.
    [[nodiscard]] const Json* members() const { return object_; }

    [[nodiscard]] const Json* list(std::string_view key) const;
    [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] bool is_null(std::string_view key) const;
    [[nodiscard]] bool is_true(std::string_view key) const;

    [[nodiscard]] std::optional<domain::Timestamp> moment(std::string_view key) const {
        return parsed(key, [](std::string_view text) { return parse_moment(text); });
    }

    [[nodiscard]] std::optional<Hash> hash(std::string_view key) const {
        return parsed(key, [](std::string_view text) { return parse_hash(text); });
    }

    [[nodiscard]] std::optional<std::uint64_t> count(std::string_view key) const {
        return parsed(key, [](std::string_view text) { return parse_count(text); });
    }

    template <class Id>
    [[nodiscard]] std::optional<Id> id(std::string_view key) const {
        return parsed(key, [](std::string_view text) { return parse_id<Id>(text); });
    }

    template <class Text>
    [[nodiscard]] std::optional<Text> text(std::string_view key) const {
        return parsed(key, [](std::string_view utf8) -> std::optional<Text> {
            auto text = Text::parse(std::string(utf8));
            return text ? std::optional(std::move(*text)) : std::nullopt;
        });
    }

    /// The member's text as `parse` reads it: a function to std::optional.
    template <class Parse>
    [[nodiscard]] auto parsed(std::string_view key, Parse parse) const
        -> decltype(parse(std::declval<std::string_view>())) {
        const auto found = string(key);
        if (!found) return std::nullopt;
        auto value = parse(*found);
        if (!value) complain(key, "has a value that this version does not know");
        return value;
    }

    /// Notes that this member is wrong: "data.private.title is missing". The first complaint stays.
    void complain(std::string_view key, std::string_view what) const;

  private:
    JsonReader(
        const Json* object,
        std::optional<Unreadable>& problem,
        const JsonReader& parent,
        std::string_view name
    )
        : object_(object),
          problem_(&problem),
          parent_(&parent),
          name_(name),
          version_(parent.version_) {}

    [[nodiscard]] const Json* find(std::string_view key) const;
    [[nodiscard]] const Json* required(std::string_view key) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;

    const Json* object_;
    std::optional<Unreadable>* problem_;
    const JsonReader* parent_ = nullptr;
    std::string_view name_;
    EventVersion version_ = 0;
};

}  // namespace consularia::ledger
