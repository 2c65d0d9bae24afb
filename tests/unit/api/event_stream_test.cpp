// Events as a stream: what is sent when, and when it ends.

#include "tests/unit/api/feed_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>

namespace consularia::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using EventStream = FeedFixture;

TEST_F(EventStream, SendsWhatThereIsAndThenWhatComes) {
    schedule(1, 2);
    const auto stream = listen("after=1").stream.value();
    const auto first = stream.next();
    EXPECT_THAT(
        first.bytes,
        StartsWith("id: 2\nevent: dev.consularia.appointment.scheduled.v1\n"
                   "data: {\"specversion\":")
    );
    EXPECT_THAT(first.bytes, HasSubstr("}\n\nid: 3\n"));
    EXPECT_FALSE(first.more);
    EXPECT_EQ(stream.next().bytes, "");
    bool rang = false;
    stream.alarm->wait([&] { rang = true; });
    schedule(3, 3);
    EXPECT_TRUE(rang);
    EXPECT_THAT(stream.next().bytes, StartsWith("id: 4\n"));
}

TEST_F(EventStream, SendsAComment12SecondsAfterItWasLastHeard) {
    const auto stream = listen("after=1").stream.value();
    clock_.advance(std::chrono::seconds(11));
    const auto silent = stream.next();
    EXPECT_EQ(silent.bytes, "");
    EXPECT_EQ(silent.until, clock_.steady() + std::chrono::seconds(1));
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(stream.next().bytes, ":\n\n");
    EXPECT_EQ(stream.next().until, clock_.steady() + std::chrono::seconds(12));
}

TEST_F(EventStream, MovesTheCursorOfAClientWhoseFilterMatchesNothing) {
    const auto stream = listen("types=none").stream.value();
    schedule(1, 2);
    EXPECT_EQ(stream.next().bytes, "");
    clock_.advance(std::chrono::seconds(12));
    EXPECT_EQ(stream.next().bytes, ":\nid: 3\n\n");
    clock_.advance(std::chrono::seconds(12));
    EXPECT_EQ(stream.next().bytes, ":\n\n");
}

TEST_F(EventStream, EndsWhenTheTokenIsRevoked) {
    const auto stream = listen().stream.value();
    EXPECT_FALSE(stream.next().end);
    node_.apply(history_.add(domain::TokenRevoked{token_}));
    const auto last = stream.next();
    EXPECT_TRUE(last.end);
    EXPECT_EQ(last.bytes, "");
}

TEST_F(EventStream, LooksAgainWhenItsTokenExpiresAndEnds) {
    auto grant = samples::make_grant(8);
    secret_ = make_secret(history_.organization(), "short");
    grant.secret_hash = hash_secret(secret_);
    grant.expires_at = clock_.now() + std::chrono::seconds(5);
    node_.apply(history_.add(domain::TokenIssued{grant}));
    const auto stream = listen().stream.value();
    EXPECT_EQ(stream.next().until, clock_.steady() + std::chrono::seconds(5));
    clock_.advance(std::chrono::seconds(5));
    EXPECT_TRUE(stream.next().end);
}

TEST_F(EventStream, EndsWhenThisNodeMayNotHaveTheNewestData) {
    bool fresh = true;
    service_.fresh_enough = [&](auto) { return fresh; };
    const auto stream = listen().stream.value();
    EXPECT_FALSE(stream.next().end);
    fresh = false;
    EXPECT_TRUE(stream.next().end);
}

TEST_F(EventStream, OfAFrozenOrganizationGoesOn) {
    node_.apply(history_.add_unknown_type());
    const auto stream = listen("after=1").stream.value();
    EXPECT_THAT(stream.next().bytes, StartsWith("id: 2\n"));
    schedule(1, 1);
    EXPECT_THAT(stream.next().bytes, StartsWith("id: 3\n"));
    node_.apply(history_.add(domain::TokenRevoked{token_}));
    EXPECT_TRUE(stream.next().end);
}

TEST_F(EventStream, SendsNoMoreThanABurstAtOnce) {
    schedule(1, 300);
    const auto stream = listen().stream.value();
    std::size_t bursts = 0;
    std::string all;
    for (bool more = true; more; ++bursts) {
        const auto burst = stream.next();
        EXPECT_LT(burst.bytes.size(), 128U << 10);
        all += burst.bytes;
        more = burst.more;
    }
    EXPECT_GT(bursts, 1U);
    EXPECT_THAT(all, HasSubstr("\n\nid: 301\n"));
}

TEST_F(EventStream, ReadsLittleAtOneLookWhenItsFilterMatchesNothing) {
    schedule(1, 300);
    const auto stream = listen("types=none").stream.value();
    EXPECT_TRUE(stream.next().more);
    EXPECT_TRUE(stream.next().more);
    EXPECT_FALSE(stream.next().more) << "301 facts, 128 at a look";
}

TEST_F(EventStream, SaysWhetherItsClientMayStillListen) {
    const auto stream = listen().stream.value();
    EXPECT_TRUE(stream.permitted());
    node_.apply(history_.add(domain::TokenRevoked{token_}));
    EXPECT_FALSE(stream.permitted());
}

TEST_F(EventStream, EndsAtOnceWhileTheServerStartsAndWhenItsNodeIsBehind) {
    accept_ = "text/event-stream";
    const auto expect_ended = [](const Step& step) {
        const auto ended = std::get<Response>(step.next);
        EXPECT_EQ(ended.status, 200);
        EXPECT_EQ(ended.content_type, "text/event-stream");
        EXPECT_EQ(ended.body, "retry: 2000\n\n");
        EXPECT_FALSE(ended.stream);
        EXPECT_TRUE(ended.close);
    };
    const auto started = begin("/events/");
    expect_ended(std::get<AfterSync>(started.next).then(false));
    service_.open = [] { return false; };
    expect_ended(begin("/events/"));
    accept_ = "*/*";
    EXPECT_EQ(std::get<Response>(begin("/events/").next).status, 503);
    EXPECT_EQ(std::get<Response>(begin("/appointments/").next).status, 503);
}

TEST_F(EventStream, KeepsALineBreakInATypeOutOfItsLines) {
    auto value = history_.add_unknown_type();
    const std::string type = "\"type\":\"";
    value.replace(value.find(type), type.size(), "\"type\":\"x\\ndata: 1\\r");
    node_.apply(value);
    const auto stream = listen("after=1").stream.value();
    EXPECT_THAT(stream.next().bytes, StartsWith("id: 2\nevent: x data: 1 "));
}

}  // namespace
}  // namespace consularia::api
