#include "infra/http/webhook_sender.hpp"

#include "tests/integration/canned_server.hpp"
#include "tests/integration/scripted_server.hpp"
#include "tests/integration/webhook_posts.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <cstdlib>
#include <future>
#include <string>
#include <vector>

namespace consularia::infra::http {
namespace {

using namespace std::chrono_literals;
using test::begin;
using test::CannedServer;
using test::error_of;
using test::loopback;
using test::post;
using test::resolving;
using test::ScriptedServer;
using test::wait;
using testing::HasSubstr;
using testing::StartsWith;

namespace asio = boost::asio;

test::Outcome answer_to(const std::string& bytes, WebhookSenderOptions options = loopback()) {
    const CannedServer server(bytes);
    return post("http://127.0.0.1:" + server.port() + "/", std::move(options));
}

void pass_time(std::chrono::milliseconds time) {
    asio::io_context io;
    asio::steady_timer(io, time).wait();
}

TEST(WebhookSender, PostsWhatItIsGiven) {
    std::promise<std::string> request;
    ScriptedServer server([&](ScriptedServer::Socket& socket) {
        request.set_value(test::read_request(socket));
        asio::write(socket, asio::buffer(std::string("HTTP/1.1 204 No Content\r\n\r\n")));
        test::wait_for_end(socket);
    });
    auto options = loopback();
    options.user_agent = "consularia/1.2.3";
    WebhookSender sender(options);
    const auto outcome = wait(begin(
        sender,
        {.url = "http://127.0.0.1:" + server.port() + "/hook?a=b%20c",
         .headers = {{"webhook-id", "x.1"}, {"webhook-signature", "v1,abc"}},
         .body = R"({"id":1})"}
    ));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 204);
    EXPECT_EQ(outcome->body, "");
    EXPECT_EQ(outcome->retry_after, std::nullopt);
    const auto sent = request.get_future().get();
    EXPECT_THAT(sent, StartsWith("POST /hook?a=b%20c HTTP/1.1\r\n"));
    for (const std::string line :
         {"User-Agent: consularia/1.2.3",
          "Content-Type: application/cloudevents+json",
          "webhook-id: x.1",
          "webhook-signature: v1,abc",
          "Connection: close",
          "Content-Length: 8"}) {
        EXPECT_THAT(sent, HasSubstr("\r\n" + line + "\r\n"));
    }
    EXPECT_THAT(sent, HasSubstr("\r\nHost: 127.0.0.1:" + server.port() + "\r\n"));
    EXPECT_THAT(sent, testing::EndsWith("\r\n\r\n{\"id\":1}"));
}

TEST(WebhookSender, HandsOnStatusRetryAfterAndTheFirstKibibyteOfTheBody) {
    const auto outcome = answer_to(
        "HTTP/1.1 410 Gone\r\nRetry-After: 120\r\nContent-Length: 2000\r\n\r\n" +
        std::string(2000, 'x')
    );
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 410);
    EXPECT_EQ(outcome->retry_after, 120s);
    EXPECT_EQ(outcome->body, std::string(1024, 'x'));
    EXPECT_EQ(answer_to("HTTP/1.1 500 x\r\nContent-Length: 2\r\n\r\n\xff!")->body, "\xef\xbf\xbd!");
}

TEST(WebhookSender, FollowsNoRedirect) {
    const CannedServer other("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (const auto* const status : {"301", "302", "303", "307", "308"}) {
        const auto outcome = answer_to(
            std::string("HTTP/1.1 ") + status + " Moved\r\nLocation: http://127.0.0.1:" +
            other.port() + "/\r\nContent-Length: 0\r\n\r\n"
        );
        ASSERT_TRUE(outcome) << outcome.error();
        EXPECT_EQ(std::to_string(outcome->status), status);
    }
    EXPECT_EQ(other.request(), "");
}

TEST(WebhookSender, TakesNoProxyFromTheEnvironment) {
    const CannedServer proxy("HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n");
    const auto url = "http://127.0.0.1:" + proxy.port();
    for (const auto* const name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"}) {
        setenv(name, url.c_str(), 1);
    }
    const auto outcome = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (const auto* const name : {"http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"}) {
        unsetenv(name);
    }
    EXPECT_EQ(error_of(outcome), "status 200");
    EXPECT_EQ(proxy.request(), "");
}

TEST(WebhookSender, AnAnswerWithoutEndIsReadUpToItsLimit) {
    std::promise<std::size_t> written;
    ScriptedServer server([&](ScriptedServer::Socket& socket) {
        (void)test::read_request(socket);
        const std::string part(1 << 20, 'x');
        std::size_t bytes = 0;
        boost::system::error_code error;
        asio::write(
            socket,
            asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"))
        );
        while (!error && bytes < (1 << 30)) bytes += asio::write(socket, asio::buffer(part), error);
        written.set_value(bytes);
    });
    const auto outcome = post(server.url(), loopback());
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 200);
    EXPECT_EQ(outcome->body, std::string(1024, 'x'));
    EXPECT_LT(written.get_future().get(), 100U << 20) << "what fits into the buffers of sockets";
}

TEST(WebhookSender, AReceiverThatStallsIsGivenUp) {
    const auto outcome = answer_to("", loopback(100ms));
    EXPECT_EQ(error_of(outcome), "There was no answer of HTTP in time.");
}

TEST(WebhookSender, AHeaderThatDripsIsGivenUpAfterTheWholeTime) {
    ScriptedServer server([](ScriptedServer::Socket& socket) {
        (void)test::read_request(socket);
        for (const char c : "HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'x')) {
            asio::write(socket, asio::buffer(&c, 1));
            pass_time(5ms);
        }
    });
    EXPECT_EQ(
        error_of(post(server.url(), loopback(300ms))), "There was no answer of HTTP in time."
    );
}

TEST(WebhookSender, TheStatusCountsEvenIfTheBodyDrips) {
    ScriptedServer server([](ScriptedServer::Socket& socket) {
        (void)test::read_request(socket);
        asio::write(
            socket, asio::buffer(std::string("HTTP/1.1 503 x\r\nContent-Length: 9\r\n\r\nab"))
        );
        test::wait_for_end(socket);
    });
    const auto outcome = post(server.url(), loopback(300ms));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 503);
    EXPECT_EQ(outcome->body, "ab");
}

TEST(WebhookSender, ALieAboutTheLengthChangesNothing) {
    const auto longer = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    EXPECT_EQ(error_of(longer), "status 200");
    EXPECT_EQ(longer->body, "abc");
    const auto shorter = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc");
    EXPECT_EQ(error_of(shorter), "status 200");
    EXPECT_EQ(shorter->body, "a");
}

TEST(WebhookSender, AnAnswerInChunksOrUpToTheEndIsRead) {
    EXPECT_EQ(
        answer_to(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        )
            ->body,
        "abc"
    );
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\n\r\nabc")->body, "abc");
}

TEST(WebhookSender, InterimAnswersAreNotTheAnswer) {
    const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    EXPECT_EQ(error_of(answer_to(early + early + "HTTP/1.1 204 No Content\r\n\r\n")), "status 204");
    std::string many;
    while (many.size() < (80U << 10)) many += early;
    EXPECT_NE(error_of(answer_to(many + "HTTP/1.1 204 No Content\r\n\r\n")), "status 204");
    EXPECT_EQ(error_of(answer_to("HTTP/1.1 101 Switching Protocols\r\n\r\n")), "status 101");
}

TEST(WebhookSender, WhatIsNoHttpIsNoAnswer) {
    EXPECT_THAT(
        error_of(answer_to("SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n")),
        StartsWith("There was no answer of HTTP: ")
    );
    EXPECT_THAT(
        error_of(answer_to("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")),
        StartsWith("There was no answer of HTTP: ")
    );
    EXPECT_EQ(
        error_of(answer_to("HTTP/1.1 200 OK\r\nX: ")),
        "There was no answer of HTTP: the connection was closed."
    );
}

TEST(WebhookSender, AReceiverThatClosesAtOnceIsNamed) {
    ScriptedServer server([](ScriptedServer::Socket& socket) { (void)test::read_request(socket); });
    EXPECT_EQ(
        error_of(post(server.url(), loopback())),
        "There was no answer of HTTP: the connection was closed."
    );
    EXPECT_EQ(
        error_of(post("http://127.0.0.1:1/", loopback())),
        "There was no connection: Connection refused."
    );
}

TEST(WebhookSender, ARefusalBeforeTheBodyWasReadIsTheAnswer) {
    ScriptedServer server([](ScriptedServer::Socket& socket) {
        asio::write(
            socket, asio::buffer(std::string("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"))
        );
        socket.shutdown(ScriptedServer::Socket::shutdown_send);
        test::wait_for_end(socket);
    });
    WebhookSender sender(loopback());
    const auto outcome =
        wait(begin(sender, {.url = server.url(), .body = std::string(8 << 20, 'x')}));
    EXPECT_EQ(error_of(outcome), "status 413");
}

TEST(WebhookSender, CallsNoAddressThatIsNotAllowedInAnyNotation) {
    ScriptedServer server([](ScriptedServer::Socket&) {});
    for (const auto* const host :
         {"127.0.0.1",
          "127.1",
          "0x7f.1",
          "0177.0.0.1",
          "2130706433",
          "%31%32%37.0.0.1",
          "[::ffff:127.0.0.1]",
          "[::ffff:7f00:1]",
          "[::1]",
          "[::]",
          "[::127.0.0.1]",
          "[64:ff9b::7f00:1]",
          "0",
          "0.0.0.0",
          "127.0.0.1.",
          "localhost",
          "localhost.",
          "a.localhost",
          "169.254.169.254",
          "[fd00:ec2::254]",
          "metadata.google.internal",
          "intranet"}) {
        WebhookSenderOptions options;
        options.allow_http = true;
        options.resolve = resolving({"127.0.0.1"});
        const auto url = std::string("http://") + host + ":" + server.port() + "/";
        EXPECT_EQ(error_of(post(url, options)), "This address is not allowed.") << host;
    }
    EXPECT_EQ(server.connections(), 0U);
}

TEST(WebhookSender, CallsHttpOnlyIfThatIsAllowed) {
    ScriptedServer server([](ScriptedServer::Socket&) {});
    auto options = loopback();
    options.allow_http = false;
    for (const auto& url : std::vector<std::string>{
             server.url(),
             "ftp://127.0.0.1/",
             "https://user@127.0.0.1/",
             "",
             "127.0.0.1",
             "https://127.0.0.1:0/",
             "https://127.0.0.1:65536/"}) {
        EXPECT_EQ(error_of(post(url, options)), "The URL cannot be called: only https is.") << url;
    }
    EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace consularia::infra::http
