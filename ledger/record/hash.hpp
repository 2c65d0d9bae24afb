#pragma once
// SHA-256, the one hash of the chain, and its text form.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::ledger {

/// A SHA-256 digest. All zero is the prevhash of an organization's first fact.
using Hash = std::array<std::uint8_t, 32>;

[[nodiscard]] Hash sha256(std::string_view bytes);

/// 64 lower-case hex digits.
[[nodiscard]] std::string to_hex(const Hash& hash);

/// Reads exactly what to_hex prints.
[[nodiscard]] std::optional<Hash> parse_hash(std::string_view hex);

}  // namespace consularia::ledger
