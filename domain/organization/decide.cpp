#include "domain/organization/decide.hpp"

#include "domain/limits.hpp"

namespace consularia::domain {

namespace {

using Decision = Result<std::optional<OrganizationEvent>>;

constexpr NotFound kNoOrganization{"Organization"};
constexpr NotFound kNoToken{"Token"};

Decision nothing() {
    return std::nullopt;
}

Decision refuse(const Rejection& why) {
    return Decision(tl::unexpect, why);
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

}  // namespace

Decision decide(const Organization& state, const OrganizationCommand& command, Timestamp now) {
    return std::visit(
        [now](const auto& current, const auto& given) { return rule(current, given, now); },
        state,
        command
    );
}

}  // namespace consularia::domain
