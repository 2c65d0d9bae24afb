#include "infra/http/webhook_sender.hpp"
#include "tests/integration/canned_server.hpp"
#include "tests/integration/scripted_server.hpp"
#include "tests/integration/webhook_posts.hpp"
#include "tests/support/directory.hpp"

#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace consularia::infra::http {
namespace {

using namespace std::chrono_literals;
using test::begin;
using test::CannedServer;
using test::error_of;
using test::loopback;
using test::opening;
using test::post;
using test::resolving;
using test::ScriptedServer;
using test::wait;
using testing::StartsWith;

const std::string kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";

/// Answers as soon as it is connected.
void welcome(ScriptedServer::Socket& socket) {
    (void)test::read_request(socket);
    boost::asio::write(socket, boost::asio::buffer(kNoContent));
    test::wait_for_end(socket);
}

std::string url_of(const std::string& host, const ScriptedServer& server) {
    return "http://" + host + ":" + server.port() + "/";
}

/// Names that begin with "hang" are not resolved before it is destroyed.
class HangingResolver {
  public:
    [[nodiscard]] Resolve resolve() const {
        return [released = released_, asked = asked_](const std::string& host) {
            ++*asked;
            if (host.starts_with("hang")) released.wait();
            return resolving({"127.0.0.1"})(host);
        };
    }

    ~HangingResolver() { release_.set_value(); }

    [[nodiscard]] std::size_t asked() const { return *asked_; }

  private:
    std::promise<void> release_;
    std::shared_future<void> released_ = release_.get_future().share();
    std::shared_ptr<std::atomic<std::size_t>> asked_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

TEST(WebhookResolving, ConnectsToTheAddressThatWasCheckedAndAsksOnce) {
    // What the open network stands for here is a public address; the other is that of a rebinding.
    ScriptedServer server(welcome);
    auto asked = std::make_shared<std::atomic<int>>(0);
    auto options = loopback();
    options.resolve = [asked](const std::string& host) {
        return resolving({++*asked == 1 ? "127.0.0.1" : "127.0.0.2"})(host);
    };
    WebhookSender sender(options);
    const auto url = url_of("rebinding.example.org", server);
    EXPECT_EQ(error_of(wait(begin(sender, {.url = url}))), "status 204");
    EXPECT_EQ(*asked, 1);
    EXPECT_EQ(error_of(wait(begin(sender, {.url = url}))), "This address is not allowed.");
    EXPECT_EQ(*asked, 2);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(WebhookResolving, DropsTheAddressesThatAreRefusedAndTriesTheOthersInTurn) {
    ScriptedServer server(welcome);
    auto options = loopback();
    options.resolve = resolving({"::1", "10.0.0.1", "169.254.169.254", "127.0.0.1"});
    EXPECT_EQ(error_of(post(url_of("a.example.org", server), options)), "status 204");
    options.addresses = opening("127.0.0.0/8");
    options.resolve = resolving({"127.0.0.3", "127.0.0.2", "127.0.0.1"});
    EXPECT_EQ(error_of(post(url_of("a.example.org", server), options)), "status 204");
    EXPECT_EQ(server.connections(), 2U);
}

TEST(WebhookResolving, ANameWithoutAddressesIsNamedWithoutSayingIt) {
    auto options = loopback();
    options.resolve = resolving({});
    EXPECT_EQ(
        error_of(post("http://a.example.org/", options)), "The name of the host cannot be resolved."
    );
    options.resolve = [](const std::string&) -> std::vector<domain::IpAddress> {
        throw std::runtime_error("Name or service not known");
    };
    EXPECT_EQ(
        error_of(post("http://a.example.org/", options)), "The name of the host cannot be resolved."
    );
}

TEST(WebhookResolving, TheSystemResolvesItsOwnName) {
    auto options = loopback();
    options.resolve = resolve_by_system;
    ScriptedServer server(welcome);
    EXPECT_EQ(error_of(post(url_of("localhost", server), options)), "status 204");
}

TEST(WebhookResolving, ANameServiceThatHangsHoldsUpNobodyElse) {
    const HangingResolver resolver;
    ScriptedServer server(welcome);
    auto options = loopback(300ms);
    options.at_once = 2;
    options.resolve = resolver.resolve();
    WebhookSender sender(options);
    auto hanging = begin(sender, {.url = url_of("hang.example.org", server)});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(
            error_of(wait(begin(sender, {.url = url_of("a.example.org", server)}))), "status 204"
        );
    }
    EXPECT_EQ(error_of(wait(std::move(hanging))), "The name of the host was not resolved in time.");
    // Whoever asks for the same name does not get another thread …
    const auto asked = resolver.asked();
    auto again = begin(sender, {.url = url_of("hang.example.org", server)});
    EXPECT_EQ(error_of(wait(std::move(again))), "The name of the host was not resolved in time.");
    EXPECT_EQ(resolver.asked(), asked);
    // … and of these there are no more than twice as many as posts.
    for (const auto* const host : {"hang2", "hang3", "hang4"}) {
        const auto url = url_of(std::string(host) + ".example.org", server);
        EXPECT_EQ(
            error_of(wait(begin(sender, {.url = url}))),
            "The name of the host was not resolved in time."
        );
    }
    EXPECT_EQ(
        error_of(wait(begin(sender, {.url = url_of("a.example.org", server)}))),
        "Too many names are being resolved."
    );
}

TEST(WebhookPosts, NoMoreThanTheLimitAreUnderWayAtOnce) {
    ScriptedServer server([](ScriptedServer::Socket& socket) { test::wait_for_end(socket); });
    auto options = loopback(100ms);
    options.at_once = 2;
    WebhookSender sender(options);
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::future<test::Outcome>> outcomes;
    for (int i = 0; i < 5; ++i) outcomes.push_back(begin(sender, {.url = server.url()}));
    for (auto& outcome : outcomes) {
        EXPECT_EQ(error_of(wait(std::move(outcome))), "There was no answer of HTTP in time.");
    }
    EXPECT_EQ(server.connections(), 5U);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 3 * 100ms) << "three rounds of two";
}

TEST(WebhookPosts, AllAreAnsweredWhenTheSenderEndsAndNothingIsWaitedFor) {
    const HangingResolver resolver;
    ScriptedServer server([](ScriptedServer::Socket& socket) { test::wait_for_end(socket); });
    auto options = loopback(60s);
    options.at_once = 2;
    options.resolve = resolver.resolve();
    auto sender = std::make_unique<WebhookSender>(options);
    std::vector<std::future<test::Outcome>> outcomes;
    outcomes.push_back(begin(*sender, {.url = url_of("hang.example.org", server)}));
    for (int i = 0; i < 3; ++i) outcomes.push_back(begin(*sender, {.url = server.url()}));
    sender.reset();
    for (auto& outcome : outcomes) {
        ASSERT_EQ(outcome.wait_for(0s), std::future_status::ready);
        EXPECT_EQ(error_of(outcome.get()), "The server is stopping.");
    }
}

/// Trusts one certificate, by the file SSL_CERT_FILE.
class WebhookTls : public testing::Test {
  protected:
    ~WebhookTls() override { unsetenv("SSL_CERT_FILE"); }

    /// The outcome of a post to this host at a server with a certificate for that name.
    std::string post_to(const std::string& host, const std::string& name, bool trusted = true) {
        const auto certificate = test::make_certificate(name);
        const auto file = directory_.path() / "ca.pem";
        std::ofstream(file) << (trusted ? certificate : test::make_certificate(name)).certificate;
        setenv("SSL_CERT_FILE", file.c_str(), 1);
        const CannedServer server(kNoContent, &certificate);
        auto options = loopback();
        options.allow_http = false;
        options.resolve = resolving({"127.0.0.1"});
        const auto outcome = post("https://" + host + ":" + server.port() + "/", options);
        was_sent_ = !server.request().empty();
        return error_of(outcome);
    }

    bool was_sent_ = false;

  private:
    test::TemporaryDirectory directory_;
};

TEST_F(WebhookTls, TheCertificateIsThatOfTheHostOfTheUrl) {
    EXPECT_EQ(post_to("hooks.example.org", "DNS:hooks.example.org"), "status 204");
    EXPECT_EQ(post_to("hooks.example.org.", "DNS:hooks.example.org"), "status 204");
    EXPECT_EQ(post_to("hooks.example.org", "DNS:*.example.org"), "status 204");
    EXPECT_EQ(post_to("127.0.0.1", "IP:127.0.0.1"), "status 204");
    EXPECT_EQ(post_to("127.1", "IP:127.0.0.1"), "status 204");
}

TEST_F(WebhookTls, NothingIsSentToWhoHasAnother) {
    EXPECT_EQ(
        post_to("hooks.example.org", "DNS:www.example.org"),
        "The certificate is not valid: hostname mismatch."
    );
    EXPECT_FALSE(was_sent_);
    EXPECT_EQ(
        post_to("hooks.example.org", "IP:127.0.0.1"),
        "The certificate is not valid: hostname mismatch."
    );
    EXPECT_FALSE(was_sent_);
    EXPECT_EQ(
        post_to("127.0.0.1", "DNS:127.0.0.1"), "The certificate is not valid: IP address mismatch."
    );
    EXPECT_FALSE(was_sent_);
    EXPECT_THAT(
        post_to("hooks.example.org", "DNS:hooks.example.org", false),
        StartsWith("The certificate is not valid: ")
    );
    EXPECT_FALSE(was_sent_);
}

TEST_F(WebhookTls, WhatSpeaksNoTlsIsNamed) {
    const CannedServer plain(kNoContent);
    EXPECT_THAT(
        error_of(post("https://127.0.0.1:" + plain.port() + "/", loopback(300ms))),
        StartsWith("TLS was not agreed on")
    );
}

}  // namespace
}  // namespace consularia::infra::http
