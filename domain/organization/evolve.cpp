#include "domain/organization/evolve.hpp"

#include "domain/limits.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

namespace consularia::domain {

namespace {

using Evolved = tl::expected<Organization, ImpossibleTransition>;
using Occurrence = OccurrenceOf<OrganizationId>;

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

Evolved impossible() {
    return tl::unexpected(ImpossibleTransition{});
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
