// Streams of events whose clients leave.

#include "api/authentication.hpp"
#include "api/followers.hpp"
#include "api/tickets.hpp"
#include "tests/support/counting_store.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/server_fixture.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace consularia::api::http {
namespace {

constexpr std::uint32_t kFacts = 6'000;
/// A look is at 128 facts.
constexpr int kAllLooks = static_cast<int>(kFacts / 128);

class EventStreams : public test::ServerFixture {
  protected:
    EventStreams() {
        secret_ = make_secret(history_.organization(), "secret");
        auto grant = samples::make_grant();
        grant.secret_hash = hash_secret(secret_);
        node_.apply(history_.add(domain::OrganizationCreated{
            samples::make_organization_name("Consulate"), grant}));
        std::vector<std::string> values;
        for (std::uint32_t number = 1; number <= kFacts; ++number) {
            values.push_back(history_.schedule(number));
        }
        node_.apply(values);
        clock_.set_wall(samples::kStart);
        service_.store = &store_;
        service_.journal = &node_.journal();
        service_.links = &node_.links;
        service_.followers = &followers_;
        service_.used_tickets = &used_tickets_;
        backend_.sync_is_free = true;
        start();
    }

    samples::History history_;
    projections::Node node_;
    test::CountingStore store_{node_.store};  ///< Each look of a stream takes a snapshot.
    Followers followers_{{.all = 2, .per_token = 2}};
    UsedTickets used_tickets_{samples::kStart};
    std::string secret_;
};

TEST_F(EventStreams, EndWhenTheirClientHasLeftAlsoWhileTheyCatchUp) {
    {
        test::Connection connection(server_->port());
        connection.send(test::get(
            "/api/v1/events/?types=none",
            "Accept: text/event-stream\r\nAuthorization: Token " + secret_ + "\r\n"
        ));
        (void)connection.read_until_seen("retry: 2000");
        EXPECT_EQ(followers_.count(), 1U);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (followers_.count() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_EQ(followers_.count(), 0U);
    EXPECT_LT(store_.snapshots, kAllLooks / 2);
}

}  // namespace
}  // namespace consularia::api::http
