#include "api/authentication.hpp"

#include "api/lists.hpp"
#include "ledger/record/hash.hpp"
#include "projections/queries.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

constexpr std::size_t kBareIdLength = 32;

Failure unauthorized(std::string detail) {
    return {401, std::move(detail), {}};
}

bool is_known_scheme(std::string_view scheme) {
    return equal_ignoring_case(scheme, "Token") || equal_ignoring_case(scheme, "Bearer") ||
           equal_ignoring_case(scheme, "Api-Key");
}

tl::expected<std::string, Failure> check_secret(std::string_view secret) {
    if (secret.empty()) {
        return tl::unexpected(unauthorized("Invalid token header. No credentials provided."));
    }
    if (secret.find_first_of(" \t") != std::string_view::npos) {
        return tl::unexpected(
            unauthorized("Invalid token header. Token string should not contain spaces.")
        );
    }
    if (!std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < 0x7f; })) {
        return tl::unexpected(unauthorized(
            "Invalid token header. Token string should not contain invalid characters."
        ));
    }
    return std::string(secret);
}

}  // namespace

tl::expected<std::string, Failure> read_secret(const Request& request) {
    if (const auto header = request.header("Authorization")) {
        const std::string_view value = trim_blanks(*header);
        const auto scheme_end = std::min(value.find_first_of(" \t"), value.size());
        if (is_known_scheme(value.substr(0, scheme_end))) {
            return check_secret(trim_blanks(value.substr(scheme_end)));
        }
    }
    if (const auto header = request.header("X-API-Key")) return check_secret(trim_blanks(*header));
    return tl::unexpected(unauthorized("Authentication credentials were not provided."));
}

std::optional<domain::OrganizationId> organization_of(std::string_view secret) {
    const auto dot = secret.find('.');
    if (dot != kBareIdLength) return std::nullopt;
    return domain::OrganizationId::parse(secret.substr(0, dot));
}

std::string make_secret(domain::OrganizationId organization, std::string_view random) {
    return domain::format_uuid_bare(organization.bytes) + "." + std::string(random);
}

domain::SecretHash hash_secret(std::string_view secret) {
    return ledger::sha256(secret);
}

Failure invalid_token() {
    return unauthorized("Invalid token.");
}

Failure forbidden() {
    return {403, "You do not have permission to perform this action.", {}};
}

tl::expected<Member, Failure> authenticate(
    const projections::Reader& reader,
    domain::OrganizationId organization,
    const domain::SecretHash& secret,
    domain::Timestamp now
) {
    const auto token = projections::find_token(reader, organization, secret);
    if (!token || (token->expires_at && *token->expires_at <= now)) {
        return tl::unexpected(invalid_token());
    }
    return Member{organization, token->id, token->scopes, secret, token->expires_at};
}

}  // namespace consularia::api
