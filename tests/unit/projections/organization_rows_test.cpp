// What each event of an organization does to the rows.
#include "projections/organization_rows.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace consularia::projections {
namespace {

using namespace samples;

class OrganizationRows : public testing::Test {
  protected:
    OrganizationRows() { judged_ = node_.apply(history_.create()); }

    std::optional<TokenRow> token(std::uint32_t number) {
        return find_token(node_.reader(), organization_, make_grant(number).secret_hash);
    }

    domain::Registered organization() {
        return std::get<domain::Registered>(find_organization(node_.reader(), organization_));
    }

    History history_;
    domain::OrganizationId organization_ = history_.organization();
    Node node_;
    ledger::Judged judged_;
};

TEST_F(OrganizationRows, CreatedMakesTheOrganizationAndItsFirstToken) {
    EXPECT_TRUE(judged_.fact);
    EXPECT_FALSE(judged_.frozen);
    EXPECT_EQ(judged_.head, history_.head());
    EXPECT_EQ(test::document_in(judged_), "");
    EXPECT_EQ(organization().name.value(), "Consulate");
    EXPECT_EQ(organization().tokens.size(), 1U);
    ASSERT_TRUE(token(1));
    EXPECT_EQ(token(1)->id, token_id(1));
    EXPECT_EQ(token(1)->scopes, domain::Scopes::all());
    EXPECT_EQ(
        row_counts(node_.store),
        (std::map<std::string, std::size_t>{
            {"heads", 1},
            {"organizations", 1},
            {"organizations_by_creation", 1},
            {"tokens", 1},
            {"issued_tokens", 1}})
    );
}

TEST_F(OrganizationRows, AnIssuedTokenIsFoundByItsSecret) {
    auto grant = make_grant(2);
    grant.scopes = {};
    grant.scopes.add(domain::Scope::read);
    grant.expires_at = kEnd;
    node_.apply(history_.add(domain::TokenIssued{grant}));
    ASSERT_TRUE(token(2));
    EXPECT_EQ(token(2)->id, grant.id);
    EXPECT_EQ(token(2)->scopes, grant.scopes);
    EXPECT_EQ(token(2)->expires_at, kEnd);
    EXPECT_TRUE(token(1)) << "the first one stays";
    EXPECT_EQ(organization().tokens.size(), 2U);
}

TEST_F(OrganizationRows, ARevokedTokenIsGoneAndTheOthersStay) {
    node_.apply(
        {history_.add(domain::TokenIssued{make_grant(2)}),
         history_.add(domain::TokenRevoked{token_id(1)})}
    );
    EXPECT_FALSE(token(1));
    EXPECT_TRUE(token(2));
    EXPECT_EQ(node_.count(Table::tokens), 1U);
    EXPECT_EQ(organization().tokens.size(), 1U);
}

TEST_F(OrganizationRows, ASecretOpensOnlyItsOwnOrganization) {
    EXPECT_FALSE(find_token(node_.reader(), organization_id(2), make_grant(1).secret_hash));
}

TEST_F(OrganizationRows, WhatWasNeverCreatedIsUnregistered) {
    EXPECT_EQ(
        find_organization(node_.reader(), organization_id(2)),
        domain::Organization{domain::Unregistered{}}
    );
    EXPECT_EQ(find_head(node_.reader(), organization_id(2)), ledger::Head{});
}

}  // namespace
}  // namespace consularia::projections
