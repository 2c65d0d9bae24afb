#include "api/rates.hpp"

#include <string>
#include <utility>

namespace consularia::api {

namespace {

std::unique_ptr<TokenBuckets> make_buckets(Rate rate, std::uint64_t per_minute) {
    return per_minute == 0 ? nullptr : std::make_unique<TokenBuckets>(to_string(rate), per_minute);
}

std::string_view key_of(const domain::UuidBytes& id) {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

}  // namespace

Rates::Rates(
    const RateLimits& limits,
    const ledger::Clock& clock,
    std::function<void(std::string_view limit)> on_throttled
)
    : clock_(clock),
      on_throttled_(std::move(on_throttled)),
      tokens_(make_buckets(Rate::token, limits.per_token)),
      links_(make_buckets(Rate::link, limits.per_link)),
      addresses_(make_buckets(Rate::authentication, limits.failed_authentications)) {}

std::optional<Failure> Rates::count_token(domain::TokenId token, Trace& trace) const {
    return count(tokens_.get(), key_of(token.bytes), trace);
}

std::optional<Failure> Rates::count_link(domain::ParticipantId participant, Trace& trace) const {
    return count(links_.get(), key_of(participant.bytes), trace);
}

std::optional<Failure> Rates::count_failed_authentication(const Request& request, Trace& trace)
    const {
    if (request.client_address.empty()) return std::nullopt;
    return count(addresses_.get(), request.client_address, trace);
}

std::optional<Failure> Rates::count(TokenBuckets* buckets, std::string_view key, Trace& trace)
    const {
    if (buckets == nullptr) return std::nullopt;
    const Standing standing = buckets->take(key, clock_.steady());
    trace.standing = standing;
    if (standing.allowed) return std::nullopt;
    on_throttled_(standing.policy);
    const auto wait = standing.retry_after;
    return Failure{
        429,
        "Request was throttled. Expected available in " + std::to_string(wait.count()) +
            (wait == std::chrono::seconds(1) ? " second." : " seconds."),
        {},
        wait};
}

void put_standing(const Standing& standing, Response& response) {
    const auto name = "\"" + std::string(standing.policy) + "\"";
    response.headers.emplace_back(
        "RateLimit-Policy", name + ";q=" + std::to_string(standing.quota) + ";w=60"
    );
    response.headers.emplace_back(
        "RateLimit",
        name + ";r=" + std::to_string(standing.remaining) +
            ";t=" + std::to_string(standing.full_after.count())
    );
}

}  // namespace consularia::api
