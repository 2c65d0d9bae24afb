#pragma once
// Rates: how often a token or an access link is served, and an address may fail to authenticate.

#include "api/request.hpp"
#include "api/response.hpp"
#include "api/token_buckets.hpp"
#include "domain/ids.hpp"
#include "ledger/log/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace consularia::api {

/// So often a minute; 0: as often as one likes.
struct RateLimits {
    std::uint64_t per_token = 0;
    std::uint64_t per_link = 30;
    std::uint64_t failed_authentications = 300;  ///< Of one address.
};

/// Thread-safe. What counts a request leaves its standing in the request's trace, so that the
/// answer tells it; the failure is the 429 that answers in place of everything else.
class Rates {
  public:
    /// `on_throttled` is told the name of the limit at each 429.
    Rates(
        const RateLimits& limits,
        const ledger::Clock& clock,
        std::function<void(std::string_view limit)> on_throttled
    );

    [[nodiscard]] std::optional<Failure> count_token(domain::TokenId token, Trace& trace) const;
    [[nodiscard]] std::optional<Failure> count_link(domain::ParticipantId participant, Trace& trace)
        const;
    /// Of a client without an address nothing is counted.
    [[nodiscard]] std::optional<Failure> count_failed_authentication(
        const Request& request, Trace& trace
    ) const;

  private:
    std::optional<Failure> count(TokenBuckets* buckets, std::string_view key, Trace& trace) const;

    const ledger::Clock& clock_;
    const std::function<void(std::string_view)> on_throttled_;
    // Null: no limit.
    std::unique_ptr<TokenBuckets> tokens_;
    std::unique_ptr<TokenBuckets> links_;
    std::unique_ptr<TokenBuckets> addresses_;
};

/// Adds RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10).
void tell_standing(const Standing& standing, Response& response);

}  // namespace consularia::api
