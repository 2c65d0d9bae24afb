#pragma once
// The tables of the histories (journal/histories.hpp). All of it is made of the journal: the store
// can be deleted at any time. docs/architecture.md describes the rows.

#include "base/enum_names.hpp"

#include <cstdint>
#include <string_view>

namespace consularia::journal {

enum class HistoryTable : std::uint8_t {
    sizes,     ///< Organization -> how many facts are in, the hash of the last one, the root.
    subjects,  ///< Organization and subject -> number of records, and their history.
    records,   ///< Organization, subject and number -> the sequence of that record.
    nodes,     ///< Organization, depth and the digits of a prefix -> the subtree of that prefix.
};

/// The name that the table is stored under.
[[nodiscard]] constexpr std::string_view to_string(HistoryTable table) {
    switch (table) {
        case HistoryTable::sizes:
            return "sizes";
        case HistoryTable::subjects:
            return "subjects";
        case HistoryTable::records:
            return "records";
        case HistoryTable::nodes:
            return "nodes";
    }
    return "";
}

}  // namespace consularia::journal
