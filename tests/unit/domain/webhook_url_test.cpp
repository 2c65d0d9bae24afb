#include "domain/webhook/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::domain {
namespace {

using enum UrlSchemes;

std::string of_size(std::size_t size) {
    std::string url = "https://example.org/";
    url.resize(size, 'x');
    return url;
}

TEST(WebhookUrl, IsAnAbsoluteUrlOfHttpsOrHttp) {
    for (const std::string text :
         {"https://example.org",
          "https://example.org/",
          "https://example.org?x=1",
          "HTTPS://Example.ORG/A",
          "https://example.org:8443/hooks/%7Eann?a=b&c=/d?",
          "https://a_b-c.example/;v=1,2(3)'*!$@:",
          "https://10.0.0.1/",
          "https://0x7f.1/",
          "https://2130706433/",
          "https://[2001:db8::1]:443/x",
          "https://[::ffff:1.2.3.4]/",
          "http://example.org:1/",
          "http://example.org:65535"}) {
        const auto url = WebhookUrl::accept(text, https_and_http);
        ASSERT_TRUE(url) << text;
        EXPECT_EQ(url->value(), text);
        EXPECT_EQ(WebhookUrl::parse(text), *url);
    }
}

TEST(WebhookUrl, IsNothingElse) {
    for (const std::string text :
         {"",
          "example.org",
          "//example.org/",
          "/hooks",
          "ftp://example.org/",
          "https:/example.org",
          "https://",
          "https:///path",
          "https://:443/",
          "https://?x",
          "https://ann@example.org/",
          "https://ann:secret@example.org/",
          "https://example.org@10.0.0.1/",
          "https://example.org/#part",
          "https://example.org#",
          "https://example.org:/",
          "https://example.org:0/",
          "https://example.org:65536/",
          "https://example.org:080808/",
          "https://example.org:+80/",
          "https://example.org:80:80/",
          "https://example..org/",
          "https://.example.org/",
          "https://example.org./",
          "https://exa%6dple.org/",
          "https://ex ample.org/",
          "https://example.org/a b",
          "https://example.org\\@10.0.0.1/",
          "https://example.org/\n",
          "https://example.org/%",
          "https://example.org/%4",
          "https://example.org/%zz",
          "https://example.org/<x>",
          "https://[::1/",
          "https://::1/",
          "https://[::1]x/",
          "https://[]/",
          "https://[1.2.3.4]/",
          "https://[fe80::1%25eth0]/",
          "https://b\xc3\xbc"
          "cher.example/"}) {
        const auto url = WebhookUrl::accept(text, https_and_http);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error(), UrlError::malformed) << text;
        EXPECT_FALSE(WebhookUrl::parse(text)) << text;
    }
    EXPECT_FALSE(WebhookUrl::parse(std::string("https://example.org/\0", 21)));
}

TEST(WebhookUrl, HasLabelsAndANameOfBoundedLength) {
    const std::string label(63, 'a');
    EXPECT_TRUE(WebhookUrl::parse("https://" + label + ".example/"));
    EXPECT_FALSE(WebhookUrl::parse("https://" + label + "a.example/"));
    const auto three = label + '.' + label + '.' + label;
    EXPECT_TRUE(WebhookUrl::parse("https://" + three + '.' + std::string(61, 'b')));
    EXPECT_FALSE(WebhookUrl::parse("https://" + three + '.' + std::string(62, 'b')));
}

TEST(WebhookUrl, OfHttpIsAcceptedOnlyIfThatIsAllowedAndReadInAnyCase) {
    const std::string text = "http://example.org/";
    EXPECT_EQ(WebhookUrl::accept(text, https).error(), UrlError::not_https);
    EXPECT_FALSE(WebhookUrl::accept(text, https_and_http)->is_https());
    EXPECT_TRUE(WebhookUrl::parse(text));
    EXPECT_TRUE(WebhookUrl::accept("hTTps://example.org/", https)->is_https());
}

TEST(WebhookUrl, HasAtMostSoManyCharacters) {
    EXPECT_TRUE(WebhookUrl::accept(of_size(limits::kWebhookUrl.accepted), https));
    const auto longer = WebhookUrl::accept(of_size(limits::kWebhookUrl.accepted + 1), https);
    EXPECT_EQ(longer.error(), UrlError::too_long);
    EXPECT_TRUE(WebhookUrl::parse(of_size(limits::kWebhookUrl.stored)));
    EXPECT_FALSE(WebhookUrl::parse(of_size(limits::kWebhookUrl.stored + 1)));
}

TEST(WebhookUrl, NamesItsHostWithoutPortAndBrackets) {
    const auto host = [](const char* text) {
        return std::string(WebhookUrl::parse(text).value().host());
    };
    EXPECT_EQ(host("https://example.org"), "example.org");
    EXPECT_EQ(host("https://Example.org:8443/x:y@z"), "Example.org");
    EXPECT_EQ(host("http://0x7f.1?x"), "0x7f.1");
    EXPECT_EQ(host("https://[::ffff:7f00:1]:443/"), "::ffff:7f00:1");
}

}  // namespace
}  // namespace consularia::domain
