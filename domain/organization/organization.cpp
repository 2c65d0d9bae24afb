#include "domain/organization/organization.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

namespace consularia::domain {
namespace {

using Decision = Result<std::optional<OrganizationEvent>>;
using Evolved = tl::expected<Organization, ImpossibleTransition>;
using Occurrence = OccurrenceOf<OrganizationId>;

constexpr NotFound kNoOrganization{"Organization"};
constexpr NotFound kNoToken{"Token"};

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

Decision nothing() {
    return std::nullopt;
}

Decision refuse(const Rejection& why) {
    return Decision(tl::unexpect, why);
}

Evolved impossible() {
    return tl::unexpected(ImpossibleTransition{});
}

std::size_t count_unexpired(const std::vector<Token>& tokens, Timestamp now) {
    return static_cast<std::size_t>(std::count_if(
        tokens.begin(), tokens.end(), [now](const Token& token) { return !token.expired(now); }
    ));
}

Decision rule(const Unregistered&, const CreateOrganization& command, Timestamp) {
    return OrganizationCreated{command.name, command.token};
}

Decision rule(const Registered&, const CreateOrganization&, Timestamp) {
    return refuse(Conflict::already_exists);
}

Decision rule(const Unregistered&, const IssueToken&, Timestamp) {
    return refuse(kNoOrganization);
}

Decision rule(const Registered& state, const IssueToken& command, Timestamp now) {
    if (state.find_token(command.token.id) != nullptr) return nothing();  // A retry.
    if (command.token.expired(now)) return refuse(ExpiresInThePast{});
    if (count_unexpired(state.tokens, now) >= limits::kTokens.accepted)
        return refuse(TooManyTokens{});
    return TokenIssued{command.token};
}

Decision rule(const Unregistered&, const RevokeToken&, Timestamp) {
    return refuse(kNoOrganization);
}

Decision rule(const Registered& state, const RevokeToken& command, Timestamp) {
    if (state.find_token(command.token) == nullptr) return refuse(kNoToken);
    return TokenRevoked{command.token};
}

Evolved apply(const Unregistered&, const OrganizationCreated& event, const Occurrence& occurrence) {
    const auto time = occurrence.time;
    return Registered{occurrence.id, event.name, time, {Token{event.token, time}}};
}

template <OneOf<TokenIssued, TokenRevoked> Event>
Evolved apply(const Unregistered&, const Event&, const Occurrence&) {
    return impossible();
}

Evolved apply(const Registered&, const OrganizationCreated&, const Occurrence&) {
    return impossible();
}

Evolved apply(Registered state, const TokenIssued& event, const Occurrence& occurrence) {
    const auto time = occurrence.time;
    if (state.find_token(event.token.id) != nullptr) return impossible();
    if (count_unexpired(state.tokens, time) >= limits::kTokens.stored) return impossible();
    if (state.tokens.size() >= limits::kTokens.stored) {
        std::erase_if(state.tokens, [time](const Token& token) { return token.expired(time); });
    }
    state.tokens.push_back({event.token, time});
    return state;
}

Evolved apply(Registered state, const TokenRevoked& event, const Occurrence&) {
    const auto revoked = [&](const Token& token) { return token.grant.id == event.token; };
    if (std::erase_if(state.tokens, revoked) == 0) return impossible();
    return state;
}

}  // namespace

const Token* Registered::find_token(TokenId token) const {
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const Token& present) {
        return present.grant.id == token;
    });
    return found == tokens.end() ? nullptr : &*found;
}

Decision decide(const Organization& state, const OrganizationCommand& command, Timestamp now) {
    return std::visit(
        [now](const auto& current, const auto& given) { return rule(current, given, now); },
        state,
        command
    );
}

Evolved evolve(
    Organization state,
    const OrganizationEvent& event,
    const OccurrenceOf<OrganizationId>& occurrence
) {
    return std::visit(
        [&](auto& current, const auto& happened) {
            return apply(std::move(current), happened, occurrence);
        },
        state,
        event
    );
}

}  // namespace consularia::domain
