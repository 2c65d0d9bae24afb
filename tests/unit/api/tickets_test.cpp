// Tickets: what is accepted, once, and until when.

#include "api/tickets.hpp"

#include "tests/unit/api/feed_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace consularia::api {
namespace {

class Tickets : public FeedFixture {
  protected:
    Tickets() {
        service_.hash_request = [](std::string_view text) {
            return ledger::sha256("key" + std::string(text));
        };
        service_.new_id = [this] {
            domain::UuidBytes id{};
            id.back() = ++number_;
            return id;
        };
    }

    Ticket make() { return make_ticket(service_, history_.organization(), token_); }

    std::uint8_t number_ = 0;
};

TEST_F(Tickets, AreReadAsTheyWereMade) {
    const auto ticket = make();
    const auto read = read_ticket(service_, to_string(service_, ticket)).value();
    EXPECT_EQ(read.organization, history_.organization());
    EXPECT_EQ(read.token, token_);
    EXPECT_EQ(read.id, ticket.id);
    EXPECT_EQ(read.expires_at, clock_.now() + std::chrono::seconds(60));
}

TEST_F(Tickets, WithAnyOtherCharacterAreNone) {
    const auto text = to_string(service_, make());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto other = text;
        other[i] = other[i] == '1' ? '2' : '1';
        EXPECT_FALSE(read_ticket(service_, other)) << i;
        EXPECT_FALSE(read_ticket(service_, text.substr(0, i))) << i;
    }
    EXPECT_FALSE(read_ticket(service_, text + "0"));
}

TEST_F(Tickets, AreUsedOnceUntilTheyExpire) {
    const auto first = make();
    const auto second = make();
    EXPECT_TRUE(used_tickets_.use(first, clock_.now()));
    EXPECT_FALSE(used_tickets_.use(first, clock_.now()));
    clock_.advance(std::chrono::seconds(59));
    EXPECT_FALSE(used_tickets_.use(first, clock_.now()));
    clock_.advance(std::chrono::seconds(1));
    EXPECT_FALSE(used_tickets_.use(first, clock_.now()));
    EXPECT_FALSE(used_tickets_.use(second, clock_.now()));
}

TEST_F(Tickets, MadeBeforeAStartAreRefusedSinceTheyMayHaveBeenUsed) {
    const auto before = make();
    clock_.advance(std::chrono::seconds(1));
    UsedTickets restarted(clock_.now());
    EXPECT_FALSE(restarted.use(before, clock_.now()));
    EXPECT_TRUE(restarted.use(make(), clock_.now()));
}

}  // namespace
}  // namespace consularia::api
