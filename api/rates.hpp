#pragma once
// Rates: how often a token or an access link is served, and how often an address may fail to
// authenticate.

#include "api/request.hpp"
#include "api/response.hpp"
#include "api/token_buckets.hpp"
#include "base/enum_names.hpp"
#include "domain/ids.hpp"
#include "ledger/log/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace consularia::api {

/// What has a rate.
enum class Rate { token, link, authentication };

/// Its name in the headers and in the metrics.
[[nodiscard]] constexpr std::string_view to_string(Rate rate) {
    switch (rate) {
        case Rate::token:
            return "token";
        case Rate::link:
            return "link";
        case Rate::authentication:
            return "authentication";
    }
    return "";
}

/// Per minute; 0: no limit.
struct RateLimits {
    std::uint64_t per_token = 0;
    std::uint64_t per_link = 30;
    std::uint64_t failed_authentications = 300;  ///< Per address.
};

/// Thread-safe. Counting a request puts its standing into the request's trace, so that the answer
/// shows it; a returned failure is the 429 that replaces every other answer.
class Rates {
  public:
    /// `on_throttled` is called with the name of the limit at each 429.
    Rates(
        const RateLimits& limits,
        const ledger::Clock& clock,
        std::function<void(std::string_view limit)> on_throttled
    );

    [[nodiscard]] std::optional<Failure> count_token(domain::TokenId token, Trace& trace) const;
    [[nodiscard]] std::optional<Failure> count_link(domain::ParticipantId participant, Trace& trace)
        const;
    /// Nothing is counted for a client without an address.
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
void put_standing(const Standing& standing, Response& response);

}  // namespace consularia::api
