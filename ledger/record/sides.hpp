#pragma once
// The data of events that say what changed: a changed member is in both `old` and `new`, an
// unchanged one in neither.

#include "base/json_writer.hpp"
#include "domain/change.hpp"
#include "ledger/record/json_reader.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace consularia::ledger {

/// Writes both sides: `write` is called for each with the function that picks its value of a
/// domain::Change.
template <class Write>
void write_sides(JsonWriter& json, const Write& write) {
    json.begin_object("old");
    write([](const auto& change) -> const auto& { return change.from; });
    json.end_object();
    json.begin_object("new");
    write([](const auto& change) -> const auto& { return change.to; });
    json.end_object();
}

/// The two sides of a change, to be read.
struct Sides {
    JsonReader old_side;
    JsonReader new_side;

    [[nodiscard]] bool readable() const {
        return old_side.members() != nullptr && new_side.members() != nullptr;
    }

    [[nodiscard]] bool have(std::string_view key) const {
        return old_side.has(key) || new_side.has(key);
    }

    /// Reads both sides into `change` if either has the key. False if that cannot be read.
    template <class T, class Read>
    [[nodiscard]] bool read(
        std::string_view key, Read read_one, std::optional<domain::Change<T>>& change
    ) const {
        if (!have(key)) return true;
        auto from = read_one(old_side);
        auto to = read_one(new_side);
        if (!from || !to) return false;
        change = domain::Change<T>{std::move(*from), std::move(*to)};
        return true;
    }

    /// Reads both sides of a member of the inner object, if either has it.
    template <class T, class Read>
    [[nodiscard]] bool read_inner(
        std::string_view object,
        std::string_view key,
        Read read_one,
        std::optional<domain::Change<T>>& change
    ) const {
        if (!have(object)) return true;
        const Sides inner{old_side.object(object), new_side.object(object)};
        return inner.readable() && inner.read(key, read_one, change);
    }
};

}  // namespace consularia::ledger
