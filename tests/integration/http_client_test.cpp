#include "infra/http/client.hpp"
#include "tests/integration/canned_server.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace consularia::infra::http {
namespace {

using namespace std::chrono_literals;
using test::CannedServer;
using testing::HasSubstr;
using testing::StartsWith;

std::string answer_of(std::size_t body_bytes, const std::string& more = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n" + more +
           "\r\n" + std::string(body_bytes, 'x');
}

/// The sentence of the failure; empty if there is none.
std::string failure_of(const std::string& url, const Limits& limits = {}) {
    try {
        (void)send({.url = url}, limits);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

/// Trusts a certificate by the file SSL_CERT_FILE.
class HttpsClient : public testing::Test {
  protected:
    ~HttpsClient() override { unsetenv("SSL_CERT_FILE"); }

    void trust(const test::Certificate& certificate) {
        const auto file = directory_.path() / "ca.pem";
        std::ofstream(file) << certificate.certificate;
        setenv("SSL_CERT_FILE", file.c_str(), 1);
    }

    const test::Certificate ours_ = test::make_certificate("IP:127.0.0.1");

  private:
    test::TemporaryDirectory directory_;
};

TEST(HttpClient, SendsWhatItIsGivenAndReturnsStatusAndBody) {
    const CannedServer server("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno");
    const auto answer = send(
        {.method = "POST",
         .url = "http://127.0.0.1:" + server.port() + "/hook?a=b%20c",
         .headers = {{"X-Signature", "abc"}},
         .body = "{}"}
    );
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.body, "no");
    EXPECT_THAT(server.request(), StartsWith("POST /hook?a=b%20c HTTP/1.1\r\n"));
    EXPECT_THAT(server.request(), HasSubstr("\r\nX-Signature: abc\r\n"));
    EXPECT_THAT(server.request(), HasSubstr("\r\nHost: 127.0.0.1:" + server.port() + "\r\n"));
    EXPECT_THAT(server.request(), HasSubstr("\r\nContent-Length: 2\r\n"));
}

TEST(HttpClient, ABodyAtTheLimitIsTakenAndALargerOneIsNot) {
    constexpr Limits kLimits{.answer_body_bytes = 100};
    const CannedServer at_limit(answer_of(100));
    EXPECT_EQ(send({.url = "http://127.0.0.1:" + at_limit.port()}, kLimits).body.size(), 100U);
    const CannedServer beyond(answer_of(101));
    EXPECT_THAT(
        failure_of("http://127.0.0.1:" + beyond.port(), kLimits),
        HasSubstr("cannot be read: body limit exceeded")
    );
}

TEST(HttpClient, ABodyCanBeTakenInPartsUpToItsLimit) {
    constexpr std::uint64_t kBytes = 1 << 20;
    std::size_t parts = 0;
    std::string body;
    const Take take = [&](std::string_view part) {
        ++parts;
        body += part;
    };
    const CannedServer large(answer_of(kBytes));
    const Request request{.url = "http://127.0.0.1:" + large.port()};
    const auto answer = send(request, {.answer_body_bytes = kBytes}, take);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(body, std::string(kBytes, 'x'));
    EXPECT_GT(parts, 1U);
    EXPECT_THROW((void)send(request, {.answer_body_bytes = kBytes - 1}, take), std::runtime_error);
    const auto refuse = [](std::string_view) { throw std::length_error("the disk is full"); };
    EXPECT_THROW((void)send(request, {}, refuse), std::length_error);
}

TEST(HttpClient, ABodyThatSaysWhyIsNotTaken) {
    const CannedServer server("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    const auto answer =
        send({.url = "http://127.0.0.1:" + server.port()}, {}, [](auto) { FAIL(); });
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, "no");
}

TEST(HttpClient, AHeaderAtTheLimitIsTakenAndALargerOneIsNot) {
    const auto header = answer_of(0, "X: " + std::string(200, 'x') + "\r\n");
    const auto size = static_cast<std::uint32_t>(header.size() - header.find('\n') - 1);
    const CannedServer server(header);
    const auto url = "http://127.0.0.1:" + server.port();
    EXPECT_EQ(failure_of(url, {.answer_header_bytes = size}), "");
    EXPECT_THAT(
        failure_of(url, {.answer_header_bytes = size - 1}),
        HasSubstr("cannot be read: header limit exceeded")
    );
}

TEST(HttpClient, AServerThatSaysNothingIsGivenUp) {
    const CannedServer server("");
    const auto url = "http://127.0.0.1:" + server.port();
    EXPECT_EQ(
        failure_of(url, {.timeout = 50ms}), "The server at " + url + " did not answer within 50 ms."
    );
}

TEST(HttpClient, AnAnswerThatEndsEarlyIsNone) {
    const CannedServer server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
    EXPECT_THAT(
        failure_of("http://127.0.0.1:" + server.port()),
        HasSubstr("cannot be read: partial message")
    );
}

TEST(HttpClient, OnlyUrlsOfHttpAreTaken) {
    for (const auto* url :
         {"", "example.org", "ftp://h", "http://", "http://user@h", "https:///x"}) {
        EXPECT_THAT(failure_of(url), StartsWith("The server must be given as http://HOST[:PORT]"))
            << url;
    }
}

TEST_F(HttpsClient, TrustsAServerWhoseCertificateIsOfItsHost) {
    const CannedServer server(answer_of(3), &ours_);
    trust(ours_);
    EXPECT_EQ(send({.url = "https://127.0.0.1:" + server.port()}).body, "xxx");
    EXPECT_THAT(server.request(), StartsWith("GET / HTTP/1.1\r\n"));
}

TEST_F(HttpsClient, SendsNothingToAServerWithAnUnknownCertificate) {
    const CannedServer server(answer_of(3), &ours_);
    const auto url = "https://127.0.0.1:" + server.port();
    EXPECT_EQ(
        failure_of(url),
        "The server at " + url + " does not prove who it is: self-signed certificate."
    );
    EXPECT_EQ(server.request(), "");
}

TEST_F(HttpsClient, SendsNothingToAServerWithTheCertificateOfAnother) {
    const auto theirs = test::make_certificate("IP:127.0.0.2, DNS:example.org");
    const CannedServer server(answer_of(3), &theirs);
    trust(theirs);
    EXPECT_THAT(
        failure_of("https://127.0.0.1:" + server.port()), HasSubstr("does not prove who it is")
    );
    EXPECT_EQ(server.request(), "");
}

TEST_F(HttpsClient, ATimeOutCoversTheHandshake) {
    const CannedServer silent("");
    EXPECT_THAT(
        failure_of("https://127.0.0.1:" + silent.port(), {.timeout = 50ms}),
        HasSubstr("did not answer within 50 ms")
    );
}

}  // namespace
}  // namespace consularia::infra::http
