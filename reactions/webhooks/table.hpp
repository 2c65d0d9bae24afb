#pragma once
// The tables of the store in which webhooks keep their progress. docs/architecture.md describes
// their rows.

#include "base/enum_names.hpp"

#include <cstdint>
#include <string_view>

namespace consularia::reactions::webhooks {

enum class Table : std::uint8_t {
    progress,    ///< Webhook -> how far it has got.
    deliveries,  ///< Webhook and sequence -> what became of that event.
};

/// The name that the table is stored under.
[[nodiscard]] constexpr std::string_view to_string(Table table) {
    switch (table) {
        case Table::progress:
            return "progress";
        case Table::deliveries:
            return "deliveries";
    }
    return "";
}

}  // namespace consularia::reactions::webhooks
