#pragma once
// The tables of the journal. docs/architecture.md describes their rows.

#include "base/enum_names.hpp"

#include <cstdint>
#include <string_view>

namespace consularia::journal {

/// The form of the rows. It has nothing to do with the read models: a journal outlives their forms.
inline constexpr std::string_view kFormat = "1";

enum class Table : std::uint8_t {
    meta,     ///< `format`, and `checkpoint/<partition>`: how far the partition has been read.
    heads,    ///< Organization -> sequence and hash of its last fact.
    places,   ///< Organization and sequence -> partition and position of that fact.
    records,  ///< Partition and position -> the bytes of that fact, if the log itself cannot be
              ///< asked for them.
};

/// The name that the table is stored under.
[[nodiscard]] constexpr std::string_view to_string(Table table) {
    switch (table) {
        case Table::meta:
            return "meta";
        case Table::heads:
            return "heads";
        case Table::places:
            return "places";
        case Table::records:
            return "records";
    }
    return "";
}

}  // namespace consularia::journal
