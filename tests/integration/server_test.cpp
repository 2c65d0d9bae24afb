// The HTTP server with the handlers' ports replaced, for situations that no black-box test can
// produce.

#include "infra/system_clock.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/server_fixture.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace consularia::api::http {
namespace {

using test::Connection;
using test::get;
using test::kClose;

const std::string kMember = "Authorization: Token 01890a5dac96774bbcceb302099a8057.secret\r\n";

class ServerTest : public test::ServerFixture {};

TEST_F(ServerTest, AnExceptionInAHandlerIs500WithoutDetailsAndTheServerGoesOn) {
    service_.not_ready = []() -> std::optional<std::string> {
        throw std::logic_error("an inner detail");
    };
    start();
    const auto answer = ask(get("/readyz", kClose + "X-Request-ID: my-request\r\n"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_NE(answer.find("X-Request-ID: my-request\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find(R"({"detail":"A server error occurred."})"), std::string::npos);
    EXPECT_EQ(answer.find("inner"), std::string::npos) << answer;
    EXPECT_TRUE(ask(get("/healthz", kClose)).starts_with("HTTP/1.1 200 "));
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(errors_, std::vector<std::string>{"an inner detail"});
}

TEST_F(ServerTest, AReadStoreThatCannotBeReadIs503WithRetryAfter) {
    service_.not_ready = []() -> std::optional<std::string> {
        throw ledger::StorageError("the disk is gone");
    };
    start();
    const auto answer = ask(get("/readyz", kClose));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Retry-After: "), std::string::npos) << answer;
    EXPECT_EQ(answer.find("disk"), std::string::npos) << answer;
}

TEST_F(ServerTest, NotReadyIs503WithTheReason) {
    service_.not_ready = [] { return std::optional<std::string>("Not caught up."); };
    start();
    const auto answer = ask(get("/readyz", kClose));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Not caught up."), std::string::npos) << answer;
}

TEST_F(ServerTest, ReadyNamesWhatNoNodeCouldServe) {
    service_.degraded = [] { return std::vector<std::string>{"partition 3, tail: \"so\""}; };
    start();
    const auto answer = ask(get("/readyz", kClose));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    const std::string body = R"({"status":"ready","degraded":["partition 3, tail: \"so\""]})";
    EXPECT_TRUE(answer.ends_with(body)) << answer;
}

TEST_F(ServerTest, AReadThatNobodyBringsUpToDateIsGivenUpAtItsDeadline) {
    service_.command_deadline = std::chrono::milliseconds(10);
    std::promise<std::function<void(bool)>> asked;
    backend_.sync = [&](std::optional<domain::OrganizationId>, std::function<void(bool)> done) {
        asked.set_value(std::move(done));
    };
    start();
    const auto answer = ask(get("/api/v1/appointments/", kClose + kMember));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    asked.get_future().get()(true);  // Too late: the answer is discarded.
    EXPECT_TRUE(ask(get("/healthz", kClose)).starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, ACommandThatNobodyAnswersIsGivenUpAtItsDeadlineAsOneOfUnknownFate) {
    const infra::SystemClock clock;
    service_.clock = &clock;
    service_.is_admin_key = [](std::string_view) { return true; };
    service_.new_secret = [] { return std::string("secret"); };
    service_.command_deadline = std::chrono::milliseconds(10);
    std::promise<ledger::ReplyHandler> submitted;
    backend_.submit = [&](const ledger::Submission&, ledger::ReplyHandler reply) {
        submitted.set_value(std::move(reply));
    };
    start();
    const std::string body = R"({"name":"Embassy"})";
    const auto answer =
        ask("POST /api/v1/organizations/ HTTP/1.1\r\nHost: test\r\n" + kClose + kMember +
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("It is not known whether"), std::string::npos) << answer;
    submitted.get_future().get()(ledger::Unavailable{false, "Late."});
    EXPECT_TRUE(ask(get("/healthz", kClose)).starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, OneConnectionTooManyIsTurnedAwayAndTheNextIsServedWhenOneEnds) {
    options_.limits.connections = 2;
    start();
    auto first = std::make_unique<Connection>(server_->port());
    Connection second(server_->port());
    first->send(get("/healthz"));
    (void)first->read_until_seen("{\"status\":\"ok\"}");
    second.send(get("/healthz"));
    (void)second.read_until_seen("{\"status\":\"ok\"}");
    Connection third(server_->port());
    const auto answer = third.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    first.reset();
    std::string served;
    for (int attempt = 0; attempt < 1000 && !served.starts_with("HTTP/1.1 200 "); ++attempt) {
        served = ask(get("/healthz", kClose));  // Until the server has noticed that first is gone.
    }
    EXPECT_TRUE(served.starts_with("HTTP/1.1 200 ")) << served;
}

TEST_F(ServerTest, OneAddressHasItsNumberOfConnectionsAndTheRefusedAreSummedUp) {
    std::promise<TurnedAway> told;
    options_.trusted_proxies = TrustedProxies::nobody();
    options_.limits.connections_per_address = 2;
    options_.on_turned_away = [&told](const TurnedAway& count) { told.set_value(count); };
    start();
    auto first = std::make_unique<Connection>(server_->port());
    Connection second(server_->port());
    for (auto* one : {first.get(), &second}) {
        one->send(get("/healthz"));
        (void)one->read_until_seen("{\"status\":\"ok\"}");
    }
    const auto answer = Connection(server_->port()).read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Retry-After: "), std::string::npos) << answer;
    EXPECT_NE(answer.find("from your address"), std::string::npos) << answer;
    const auto count = told.get_future().get();
    EXPECT_EQ(count.too_many_of_address, 1U);
    EXPECT_EQ(count.too_many + count.no_descriptor + count.failed, 0U);
}

TEST_F(ServerTest, LoopbackHasNoLimitOfItsOwn) {
    options_.limits.connections_per_address = 1;
    start();
    Connection first(server_->port());
    first.send(get("/healthz"));
    (void)first.read_until_seen("{\"status\":\"ok\"}");
    EXPECT_TRUE(ask(get("/healthz", kClose)).starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, SilentConnectionsMakeRoomForNewOnesAndActiveOnesDoNot) {
    options_.limits.connections = 2;
    start();
    Connection spoken(server_->port());
    spoken.send(get("/healthz"));
    (void)spoken.read_until_seen("{\"status\":\"ok\"}");
    Connection silent(server_->port());
    Connection newcomer(server_->port());
    newcomer.send(get("/healthz"));
    EXPECT_TRUE(newcomer.read_until_seen("{\"status\":\"ok\"}").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(silent.read_to_end(), "");
    spoken.send(get("/healthz", kClose));
    EXPECT_TRUE(spoken.read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AConnectionServesItsNumberOfRequestsAndCloses) {
    options_.limits.requests_per_connection = 3;
    start();
    Connection connection(server_->port());
    connection.send(get("/healthz") + get("/healthz") + get("/healthz") + get("/healthz"));
    const auto answers = connection.read_to_end();
    std::size_t served = 0;
    for (auto at = answers.find("200 OK"); at != std::string::npos;
         at = answers.find("200 OK", at + 1)) {
        ++served;
    }
    EXPECT_EQ(served, 3U) << answers;
    EXPECT_NE(answers.rfind("Connection: close\r\n"), std::string::npos);
}

TEST_F(ServerTest, AHeaderThatComesTooSlowlyIs408) {
    options_.limits.header_timeout = std::chrono::milliseconds(300);
    start();
    Connection connection(server_->port());
    connection.send("GET /healthz HTT");
    EXPECT_TRUE(connection.read_to_end().starts_with("HTTP/1.1 408 "));
}

TEST_F(ServerTest, AnIdleConnectionIsClosedWithoutAWord) {
    options_.limits.idle_timeout = std::chrono::milliseconds(300);
    start();
    Connection connection(server_->port());
    connection.send(get("/healthz"));
    const auto answer = connection.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("}")) << answer;
}

TEST_F(ServerTest, AConnectionThatNeverSaysAnythingIsClosedAfterItsOwnTime) {
    options_.limits.first_byte_timeout = std::chrono::milliseconds(300);
    options_.limits.idle_timeout = std::chrono::hours(1);
    start();
    Connection silent(server_->port());
    Connection idle(server_->port());
    idle.send(get("/healthz"));
    (void)idle.read_until_seen("}");
    EXPECT_EQ(silent.read_to_end(), "");
    idle.send(get("/healthz", kClose));
    EXPECT_TRUE(idle.read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AHeadMayBeAsLongAsItsLimitWhateverIsReadAhead) {
    options_.limits.header_bytes = 64 * 1024;
    options_.limits.buffer_bytes = 1024;
    start();
    const std::string most(60 * 1024, 'x');
    EXPECT_TRUE(ask(get("/healthz", kClose + "X: " + most + "\r\n")).starts_with("HTTP/1.1 200 "));
    const std::string more(64 * 1024, 'x');
    EXPECT_TRUE(ask(get("/healthz", kClose + "X: " + more + "\r\n")).starts_with("HTTP/1.1 431 "));
}

TEST_F(ServerTest, OfABodyThatNobodyReadsNoMoreThanItsLimitIsTaken) {
    options_.limits.linger_bytes = 1024 * 1024;
    options_.limits.linger_timeout = std::chrono::hours(1);
    start();
    Connection connection(server_->port());
    connection.send("POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000000\r\n\r\n");
    (void)connection.read_until_seen("404");
    const std::string piece(64 * 1024, 'x');
    std::size_t sent = 0;
    try {
        for (; sent < 1'000'000'000; sent += piece.size()) connection.send(piece);
    } catch (const boost::system::system_error&) {
        // The buffers of the system come on top.
    }
    EXPECT_LT(sent, 100'000'000U);
}

TEST_F(ServerTest, DrainFinishesWhatHasBegunAndClosesWhatIsIdle) {
    std::promise<void> inside;
    std::promise<void> go_on;
    service_.not_ready = [&]() -> std::optional<std::string> {
        inside.set_value();
        go_on.get_future().wait();
        return std::nullopt;
    };
    options_.threads = 2;
    start();
    Connection idle(server_->port());
    Connection busy(server_->port());
    idle.send(get("/healthz"));
    (void)idle.read_until_seen("{\"status\":\"ok\"}");
    busy.send(get("/readyz"));
    inside.get_future().wait();
    std::thread drainer([&] { server_->drain(); });
    EXPECT_EQ(idle.read_to_end(), "");
    go_on.set_value();
    const auto answer = busy.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    drainer.join();
}

TEST_F(ServerTest, ABusyPortIsASystemError) {
    start();
    auto options = options_;
    options.port = server_->port();
    EXPECT_THROW(Server{options}, std::system_error);
}

}  // namespace
}  // namespace consularia::api::http
