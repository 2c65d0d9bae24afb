#pragma once
// The types of events: the names that records carry, each with the reader of its data. Several
// names may be read as one event, one for each version, which the name ends with. Names are stored
// for ever: none is changed, reused or removed.

#include <optional>
#include <span>
#include <string_view>

namespace consularia::ledger {

class JsonReader;

using EventVersion = int;

/// The number at the end of a type's name: 2 in "dev.consularia.organization.created.v2".
[[nodiscard]] consteval EventVersion version_in(std::string_view name) {
    const auto at = name.rfind(".v");
    if (at == name.npos || at + 2 == name.size()) throw "the name of a type ends with a version";
    EventVersion version = 0;
    for (const char digit : name.substr(at + 2)) {
        if (digit < '0' || digit > '9') throw "the name of a type ends with a version";
        version = 10 * version + (digit - '0');
    }
    return version;
}

/// A name under which events are stored, and the reader of their `data`: empty when the JsonReader,
/// which knows the version, has complained.
template <class Event>
struct EventType {
    using Read = std::optional<Event> (*)(const JsonReader& data);

    consteval EventType(std::string_view type, Read reader)
        : name(type), version(version_in(type)), read(reader) {}

    std::string_view name;
    EventVersion version;
    Read read;
};

template <class Event>
using EventTypes = std::span<const EventType<Event>>;

/// Null for a name that is not among the types.
template <class Types>
[[nodiscard]] constexpr const typename Types::value_type* find_type(
    const Types& types, std::string_view name
) {
    for (const auto& type : types) {
        if (type.name == name) return &type;
    }
    return nullptr;
}

/// The name of a type under which events are written. Does not compile for a name without a reader.
template <const auto& types>
[[nodiscard]] consteval std::string_view written(std::string_view name) {
    const auto* const type = find_type(types, name);
    if (type == nullptr) throw "no type has this name";
    return type->name;
}

}  // namespace consularia::ledger
