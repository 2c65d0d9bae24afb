#pragma once
// How a binary takes a fact. RecordCodec::decode() decides it, and nothing else.

#include "ledger/record/record_codec.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string_view>

namespace consularia::ledger {

enum class Reading : std::uint8_t {
    known,       ///< It is applied, unless the rules call its event impossible.
    skippable,   ///< Its type is unknown, and marked.
    unreadable,  ///< It freezes its organization.
};

[[nodiscard]] constexpr std::string_view to_string(Reading reading) {
    switch (reading) {
        case Reading::known:
            return "known";
        case Reading::skippable:
            return "skippable";
        case Reading::unreadable:
            return "unreadable";
    }
    return "";
}

[[nodiscard]] inline Reading reading_of(const tl::expected<Record, UnknownRecord>& decoded) {
    if (decoded) return Reading::known;
    return decoded.error().skippable ? Reading::skippable : Reading::unreadable;
}

}  // namespace consularia::ledger
