#include "api/accept.hpp"

#include <gtest/gtest.h>

namespace consularia::api {
namespace {

constexpr const char* kChrome =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7";
constexpr const char* kFirefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
constexpr const char* kAxios = "application/json, text/plain, */*";

TEST(PrefersHtml, IsTrueForBrowsersAndForAnyType) {
    for (const char* accept :
         {kChrome,
          kFirefox,
          "*/*",  // curl
          "",
          "  ",
          "text/html",
          "TEXT/HTML; charset=utf-8",
          "text/*",
          "text/html, application/json",
          "application/json;q=0, */*",
          "application/json;q=0.5, text/html",
          "application/json;q=0.5, */*;q=0.1, text/html;q=0.6",
          "text/html, application/problem+json",
          "application/*;q=0.9, text/*"}) {
        EXPECT_TRUE(prefers_html(accept)) << accept;
    }
}

TEST(PrefersHtml, IsFalseIfJsonIsPreferredOrNamed) {
    for (const char* accept :
         {kAxios,
          "application/json",
          "Application/JSON",
          "application/json, */*",
          "*/*, application/json",
          "*/*;q=0.8, application/json",
          "application/problem+json",
          "application/problem+json, */*",
          "application/json, application/problem+json",
          "application/*",
          "text/html;q=0.5, application/json",
          "text/html;q=0.5, application/json;q=0.6",
          "text/html;q=0.5, */*"}) {
        EXPECT_FALSE(prefers_html(accept)) << accept;
    }
}

TEST(PrefersHtml, IsFalseWhereHtmlHasNoWeight) {
    for (const char* accept :
         {"text/html;q=0",
          "text/html; q=0.0",
          "text/html;q=0.000, */*",
          "text/*;q=0, */*",
          "*/*;q=0",
          "text/plain",
          "image/png, application/xml",
          "text/html;q=zero"}) {
        EXPECT_FALSE(prefers_html(accept)) << accept;
    }
}

TEST(PrefersHtml, TakesTheClosestRangeForEachType) {
    EXPECT_TRUE(prefers_html("text/*;q=0.1, text/html, application/json;q=0.5"));
    EXPECT_FALSE(prefers_html("text/html;q=0.1, text/*, application/json;q=0.5"));
    EXPECT_FALSE(prefers_html("*/*;q=0.1, text/html;Q=0.2, application/*;q=0.3"));
}

TEST(AcceptsJson, IsWhatMattersToOtherPaths) {
    for (const char* accept : {"", "*/*", "application/*", kAxios, "application/problem+json"}) {
        EXPECT_TRUE(accepts_json(accept)) << accept;
    }
    for (const char* accept : {"text/html", "*/*;q=0", "application/json;q=0.000", "text/*"}) {
        EXPECT_FALSE(accepts_json(accept)) << accept;
    }
}

TEST(PrefersStream, IsTrueWhereItIsNamedAndNothingIsPreferred) {
    for (const char* accept :
         {"text/event-stream",
          "Text/Event-Stream; charset=utf-8",
          "text/event-stream, */*",
          "*/*;q=0.1, text/event-stream;q=0.1",
          "application/json, text/event-stream",
          "application/json;q=0.5, text/event-stream;q=0.6",
          "text/html, text/event-stream;q=0.1"}) {
        EXPECT_TRUE(prefers_stream(accept)) << accept;
    }
}

TEST(PrefersStream, IsFalseWhereItIsNotNamedOrJsonIsPreferred) {
    for (const char* accept :
         {"",
          "*/*",
          "text/*",
          "text/*, application/json;q=0.5",
          "text/html",
          "text/event-stream;q=0",
          "application/json, text/event-stream;q=0.1",
          "application/cloudevents-batch+json, text/event-stream;q=0.9",
          "application/cloudevents-batch+json;q=0.1, application/json, text/event-stream;q=0.9",
          "application/*, text/event-stream;q=0.1",
          "*/*, text/event-stream;q=0.5"}) {
        EXPECT_FALSE(prefers_stream(accept)) << accept;
    }
}

TEST(AcceptsEvents, IsTrueForBothForms) {
    for (const char* accept : {"", "*/*", "text/*", kEventStream.data(), kEventBatch.data()}) {
        EXPECT_TRUE(accepts_events(accept)) << accept;
    }
    for (const char* accept : {"text/html", "*/*;q=0", "application/cloudevents+json"}) {
        EXPECT_FALSE(accepts_events(accept)) << accept;
    }
}

}  // namespace
}  // namespace consularia::api
