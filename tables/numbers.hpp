#pragma once
// Numbers in keys and rows: eight bytes, big-endian, so that their bytes are ordered as they are.

#include "base/check.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::tables {

inline void append_number(std::string& out, std::uint64_t number) {
    std::array<char, sizeof number> bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8) {
        *byte = static_cast<char>(number);
    }
    out.append(bytes.data(), bytes.size());
}

[[nodiscard]] inline std::uint64_t number_in(std::string_view eight_bytes) {
    CHECK(eight_bytes.size() == sizeof(std::uint64_t));
    std::uint64_t number = 0;
    for (const char byte : eight_bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
    return number;
}

}  // namespace consularia::tables
