#pragma once
// Calls of a member, step by step: a service with one organization, and no session.

#include "api/authentication.hpp"
#include "api/dispatch.hpp"
#include "api/rates.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/service.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace consularia::api {

/// The organization has one token, whose secret is known.
class MemberCalls : public testing::Test {
  protected:
    MemberCalls() {
        secret_ = make_secret(history_.organization(), "secret");
        token_.secret_hash = hash_secret(secret_);
        node_.apply(history_.add(domain::OrganizationCreated{
            samples::make_organization_name("Consulate"), token_}));
        clock_.set_wall(samples::kStart);
        service_.store = &node_.store;
        service_.links = &node_.links;
    }

    samples::History history_;
    projections::Node node_;
    test::ManualClock clock_;
    const Rates rates_{{}, clock_, [](std::string_view) {}};
    Service service_ = test::make_service(clock_, rates_);
    Request request_;
    Trace trace_;
    domain::TokenGrant token_ = samples::make_grant(1);
    std::string secret_;
};

}  // namespace consularia::api
