#pragma once
// OpenSSL behind plain functions. If OpenSSL itself fails (no entropy, no memory), that is a
// StorageError: a failure of the machine.

#include "base/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;

namespace consularia::infra {

/// Fills the bytes from the system's cryptographic random source.
void fill_random(std::span<std::uint8_t> bytes);

using consularia::parse_base64;
using consularia::parse_base64url;
using consularia::to_base64;
using consularia::to_base64url;

/// Takes the same time wherever the two differ; their lengths are not secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// HMAC-SHA-256 (RFC 2104) with one key. Thread-safe.
class Hmac {
  public:
    static constexpr std::size_t kSize = 32;
    using Mac = std::array<std::uint8_t, kSize>;

    explicit Hmac(std::string_view key);

    [[nodiscard]] Mac operator()(std::string_view message) const;

  private:
    /// Holds the key; each message is processed in a copy.
    std::shared_ptr<const evp_mac_ctx_st> keyed_;
};

}  // namespace consularia::infra
