#pragma once
// One organization whose events are read, with a token for it.

#include "api/authentication.hpp"
#include "api/dispatch.hpp"
#include "api/followers.hpp"
#include "api/rates.hpp"
#include "api/tickets.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/support/service.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>

namespace consularia::api {

class FeedFixture : public testing::Test {
  protected:
    FeedFixture() {
        secret_ = make_secret(history_.organization(), "secret");
        auto grant = samples::make_grant(7);
        grant.secret_hash = hash_secret(secret_);
        node_.apply(history_.add(domain::OrganizationCreated{
            samples::make_organization_name("Consulate"), grant}));
        token_ = grant.id;
        clock_.set_wall(samples::kStart);
        service_.store = &node_.store;
        service_.journal = &node_.journal();
        service_.links = &node_.links;
        service_.followers = &followers_;
        service_.used_tickets = &used_tickets_;
    }

    void schedule(std::uint32_t from, std::uint32_t to) {
        for (auto number = from; number <= to; ++number) node_.apply(history_.schedule(number));
    }

    /// The step that a request leads to once the server has started.
    Step begin(
        const std::string& path, const std::string& query = "", const char* consistency = ""
    ) {
        request_.method = "GET";
        request_.path = "/api/v1" + path;
        request_.query = query;
        request_.headers = {
            {"Authorization", "Token " + secret_},
            {"Consistency", consistency},
            {"Accept", accept_}};
        return std::get<AfterStart>(dispatch(service_, request_, trace_).next).then();
    }

    /// The step that it leads to once its organization was synced.
    Step ask(const std::string& path, const std::string& query = "", const char* consistency = "") {
        auto next = begin(path, query, consistency);
        if (const auto* const sync = std::get_if<AfterSync>(&next.next)) next = sync->then(true);
        return std::get<InTurn>(next.next).then();
    }

    Response answer(const std::string& path, const std::string& query = "") {
        return std::get<Response>(ask(path, query).next);
    }

    /// The answer as a stream, from its beginning on.
    Response listen(const std::string& query = "") {
        accept_ = "text/event-stream";
        return answer("/events/", query);
    }

    samples::History history_;
    projections::Node node_;
    test::ManualClock clock_;
    const Rates rates_{{}, clock_, [](std::string_view) {}};
    Followers followers_{{.all = 2, .per_token = 1}};
    UsedTickets used_tickets_{samples::kStart};
    Service service_ = test::make_service(clock_, rates_);
    Request request_;
    Trace trace_;
    std::string accept_ = "*/*";
    std::string secret_;
    domain::TokenId token_;
};

}  // namespace consularia::api
