#pragma once
// New identities and secrets.

#include "domain/ids.hpp"
#include "ledger/log/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace consularia::infra {

/// Version 4: random bits only (RFC 9562, 5.4).
[[nodiscard]] domain::UuidBytes random_uuid();

/// 192 random bits as 32 characters that are safe in URLs and headers.
[[nodiscard]] std::string random_secret();

/// Makes UUIDs of version 7 (RFC 9562, 5.7 and 6.2, method 2): sorted by time of creation, each
/// after the one before, even if the clock stands still or goes back. Thread-safe.
class IdSource {
  public:
    /// The clock outlives this.
    explicit IdSource(const ledger::Clock& clock) : clock_(clock) {}

    [[nodiscard]] domain::UuidBytes next();

    /// The next UUID as an id of one kind: `ids.next<domain::AppointmentId>()`.
    template <class Id>
    [[nodiscard]] Id next() {
        return Id{next()};
    }

  private:
    [[nodiscard]] std::uint64_t random_bits(int bits);

    const ledger::Clock& clock_;
    std::mutex mutex_;  ///< Guards what follows: the last UUID made, and randomness for the next.
    /// Fetched for many UUIDs at once, because a call of OpenSSL costs more than the bytes.
    std::array<std::uint8_t, 1024> random_{};
    std::size_t random_used_ = sizeof random_;
    std::uint64_t millis_ = 0;
    std::uint64_t counter_ = 0;  ///< 42 bits: rand_a and the upper 30 of rand_b.
};

}  // namespace consularia::infra
