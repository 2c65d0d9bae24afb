#include "domain/organization/decide.hpp"
#include "domain/organization/evolve.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>
#include <vector>

namespace consularia::domain {
namespace {

using namespace samples;

using Events = std::vector<OrganizationEvent>;
using Outcome = std::variant<Events, Rejection>;

const OrganizationName kName = make_organization_name("Clinic");
const OrganizationCreated kCreated{kName, make_grant(1)};

Outcome happens(Events events) {
    return events;
}

Outcome nothing_happens() {
    return Events{};
}

Outcome refused(Rejection why) {
    return why;
}

Organization given(const Events& events) {
    Organization state;
    for (const auto& event : events) {
        auto evolved = evolve(std::move(state), event, {organization_id(), 0, kBefore});
        if (!evolved) {
            ADD_FAILURE() << "event " << event.index() << " is impossible here";
            return Unregistered{};
        }
        state = *std::move(evolved);
    }
    return state;
}

Outcome when(const Organization& state, const OrganizationCommand& command) {
    auto decision = decide(state, command, kAfter);
    if (!decision) return decision.error();
    if (!decision->has_value()) return Events{};
    return Events{**std::move(decision)};
}

bool possible(const Organization& state, const OrganizationEvent& event) {
    return evolve(state, event, {organization_id(), 0, kAfter}).has_value();
}

/// Created, with this many tokens.
Organization with_tokens(std::uint32_t count) {
    Events events{kCreated};
    for (std::uint32_t i = 2; i <= count; ++i) events.emplace_back(TokenIssued{make_grant(i)});
    return given(events);
}

TEST(Organization, IsCreatedOnceWithItsFirstToken) {
    const CreateOrganization command{kName, make_grant(1)};
    EXPECT_EQ(when(Unregistered{}, command), happens({kCreated}));
    EXPECT_EQ(when(given({kCreated}), command), refused(Conflict::already_exists));
}

TEST(Organization, RemembersWhenItAndItsTokensCame) {
    const Organization expected =
        Registered{organization_id(), kName, kBefore, {Token{make_grant(1), kBefore}}};
    EXPECT_EQ(given({kCreated}), expected);

    const auto issued =
        evolve(expected, TokenIssued{make_grant(2)}, {organization_id(), 0, kAfter});
    ASSERT_TRUE(issued);
    const auto& organization = std::get<Registered>(*issued);
    EXPECT_EQ(organization.created_at, kBefore);
    const std::vector<Token> tokens{{make_grant(1), kBefore}, {make_grant(2), kAfter}};
    EXPECT_EQ(organization.tokens, tokens);
}

TEST(Organization, ThatIsUnknownHasNoTokens) {
    const auto not_found = refused(NotFound{"Organization"});
    EXPECT_EQ(when(Unregistered{}, IssueToken{make_grant()}), not_found);
    EXPECT_EQ(when(Unregistered{}, RevokeToken{token_id()}), not_found);
}

TEST(Token, IsIssued) {
    const auto grant = make_grant(2);
    EXPECT_EQ(when(given({kCreated}), IssueToken{grant}), happens({TokenIssued{grant}}));
}

TEST(Token, IsIssuedOnceHoweverOftenAsked) {
    EXPECT_EQ(when(with_tokens(2), IssueToken{make_grant(2)}), nothing_happens());
    EXPECT_EQ(
        when(with_tokens(limits::kTokens.accepted), IssueToken{make_grant(2)}), nothing_happens()
    );
}

TEST(Token, IsNotIssuedBeyondTheHundredth) {
    const auto grant = make_grant(500);
    EXPECT_EQ(
        when(with_tokens(limits::kTokens.accepted - 1), IssueToken{grant}),
        happens({TokenIssued{grant}})
    );
    EXPECT_EQ(
        when(with_tokens(limits::kTokens.accepted), IssueToken{grant}), refused(TooManyTokens{})
    );
}

TEST(Token, IsRevokedOnce) {
    const RevokeToken command{token_id(1)};
    EXPECT_EQ(when(given({kCreated}), command), happens({TokenRevoked{token_id(1)}}));
    const auto revoked = given({kCreated, TokenRevoked{token_id(1)}});
    EXPECT_EQ(when(revoked, command), refused(NotFound{"Token"}));
}

TEST(Token, ThatIsUnknownCannotBeRevoked) {
    EXPECT_EQ(when(given({kCreated}), RevokeToken{token_id(9)}), refused(NotFound{"Token"}));
}

TEST(Token, MakesRoomWhenRevoked) {
    auto state = with_tokens(limits::kTokens.accepted);
    const auto freed =
        evolve(std::move(state), TokenRevoked{token_id(7)}, {organization_id(), 0, kAfter});
    ASSERT_TRUE(freed);
    EXPECT_EQ(std::get<Registered>(*freed).find_token(token_id(7)), nullptr);
    EXPECT_NE(std::get<Registered>(*freed).find_token(token_id(8)), nullptr);
    const auto grant = make_grant(500);
    EXPECT_EQ(when(*freed, IssueToken{grant}), happens({TokenIssued{grant}}));
}

TEST(Token, MakesRoomWhenExpired) {
    auto state = with_tokens(limits::kTokens.accepted);
    auto& tokens = std::get<Registered>(state).tokens;
    const IssueToken command{make_grant(500)};
    tokens[6].grant.expires_at = kAfter + std::chrono::microseconds(1);
    EXPECT_EQ(when(state, command), refused(TooManyTokens{}));
    EXPECT_FALSE(possible(state, TokenIssued{command.token}));

    tokens[6].grant.expires_at = kAfter;
    EXPECT_EQ(when(state, command), happens({TokenIssued{command.token}}));
    const auto issued = evolve(state, TokenIssued{command.token}, {organization_id(), 0, kAfter});
    ASSERT_TRUE(issued);
    const auto& after = std::get<Registered>(*issued);
    EXPECT_EQ(after.tokens.size(), limits::kTokens.accepted);
    EXPECT_EQ(after.find_token(token_id(7)), nullptr);
}

TEST(Token, ThatHasExpiredStaysUntilItsPlaceIsNeeded) {
    auto state = with_tokens(limits::kTokens.accepted - 1);
    std::get<Registered>(state).tokens[6].grant.expires_at = kBefore;
    const auto issued = evolve(state, TokenIssued{make_grant(500)}, {organization_id(), 0, kAfter});
    ASSERT_TRUE(issued);
    EXPECT_NE(std::get<Registered>(*issued).find_token(token_id(7)), nullptr);
}

TEST(Token, IsNotIssuedWhenItWouldHaveExpired) {
    auto grant = make_grant(2);
    grant.expires_at = kAfter;
    EXPECT_EQ(when(given({kCreated}), IssueToken{grant}), refused(ExpiresInThePast{}));
    EXPECT_EQ(when(Unregistered{}, IssueToken{grant}), refused(NotFound{"Organization"}));
    grant.expires_at = kAfter + std::chrono::microseconds(1);
    EXPECT_EQ(when(given({kCreated}), IssueToken{grant}), happens({TokenIssued{grant}}));
}

TEST(Token, ExpiresAtItsMoment) {
    Token token{make_grant(), kBefore};
    EXPECT_FALSE(token.expired(kLatest));
    token.grant.expires_at = kEnd;
    EXPECT_FALSE(token.expired(kEnd - std::chrono::microseconds(1)));
    EXPECT_TRUE(token.expired(kEnd));
}

TEST(ImpossibleForOrganizations, IsAnythingBeforeItIsCreatedAndToBeCreatedTwice) {
    EXPECT_FALSE(possible(Unregistered{}, TokenIssued{make_grant(1)}));
    EXPECT_FALSE(possible(Unregistered{}, TokenRevoked{token_id(1)}));
    EXPECT_FALSE(possible(given({kCreated}), kCreated));
}

TEST(ImpossibleForOrganizations, IsATokenIssuedTwiceOrBeyondTheHundredth) {
    EXPECT_FALSE(possible(given({kCreated}), TokenIssued{make_grant(1)}));
    EXPECT_TRUE(possible(with_tokens(limits::kTokens.stored - 1), TokenIssued{make_grant(500)}));
    EXPECT_FALSE(possible(with_tokens(limits::kTokens.stored), TokenIssued{make_grant(500)}));
}

TEST(ImpossibleForOrganizations, IsTheRevocationOfAnUnknownToken) {
    EXPECT_FALSE(possible(given({kCreated}), TokenRevoked{token_id(9)}));
    EXPECT_FALSE(possible(given({kCreated, TokenRevoked{token_id(1)}}), TokenRevoked{token_id(1)}));
}

TEST(Scopes, AreReadByNameAndKeptAsASet) {
    Scopes scopes;
    for (const auto scope : kScopes) {
        EXPECT_EQ(parse_name<Scope>(to_string(scope)), scope);
        EXPECT_FALSE(scopes.has(scope));
        scopes.add(scope);
        EXPECT_TRUE(scopes.has(scope));
    }
    EXPECT_EQ(scopes, Scopes::all());
    EXPECT_EQ(to_string(Scope::audit), "audit");
    EXPECT_EQ(parse_name<Scope>("Read"), std::nullopt);
    EXPECT_EQ(parse_name<Scope>(""), std::nullopt);
}

}  // namespace
}  // namespace consularia::domain
