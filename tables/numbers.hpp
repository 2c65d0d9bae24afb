#pragma once
// Numbers in keys and rows: eight bytes, big-endian, so that their bytes are ordered as they are.

#include "base/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::tables {

inline void append_number(std::string& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}

[[nodiscard]] inline std::uint64_t number_in(std::string_view eight_bytes) {
    CHECK(eight_bytes.size() == sizeof(std::uint64_t));
    std::uint64_t number = 0;
    for (const char byte : eight_bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
    return number;
}

}  // namespace consularia::tables
