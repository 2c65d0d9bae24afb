#include "ledger/record/murmur2.hpp"

#include <cstddef>

namespace consularia::ledger {

namespace {

constexpr std::uint32_t kSeed = 0x9747b28c;
constexpr std::uint32_t kMultiplier = 0x5bd1e995;

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
    std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        std::uint32_t word = byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 |
                             byte_at(bytes, i + 2) << 16 | byte_at(bytes, i + 3) << 24;
        word *= kMultiplier;
        word ^= word >> 24;
        word *= kMultiplier;
        hash = (hash * kMultiplier) ^ word;
    }
    if (i < bytes.size()) {
        for (std::size_t rest = bytes.size(); rest > i; --rest) {
            hash ^= byte_at(bytes, rest - 1) << (8 * (rest - 1 - i));
        }
        hash *= kMultiplier;
    }
    hash ^= hash >> 13;
    hash *= kMultiplier;
    return hash ^ hash >> 15;
}

}  // namespace consularia::ledger
