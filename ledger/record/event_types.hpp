#pragma once
// The types of events: the names that records carry, each with the reader of its data. Several
// names may be read as one event, one for each version. Names are stored for ever: none is changed,
// reused or removed.

#include <optional>
#include <span>
#include <string_view>

namespace consularia::ledger {

class JsonReader;

/// A name under which events are stored, and the reader of their `data`: empty when the JsonReader
/// has complained.
template <class Event>
struct EventType {
    std::string_view name;
    std::optional<Event> (*read)(const JsonReader& data);
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
