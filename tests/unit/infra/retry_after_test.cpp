#include "infra/http/retry_after.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace consularia::infra::http {
namespace {

using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::sys_seconds kNow{seconds(784'111'777)};

TEST(RetryAfter, IsANumberOfSeconds) {
    EXPECT_EQ(parse_retry_after("0", kNow), seconds(0));
    EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
    EXPECT_EQ(parse_retry_after("99999999999999999999999", kNow), seconds(INT32_MAX));
    EXPECT_EQ(parse_retry_after("9999999999", kNow), seconds(INT32_MAX));
}

TEST(RetryAfter, OrADate) {
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow), seconds(0));
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", kNow), seconds(30));
    EXPECT_EQ(parse_retry_after("Mon, 07 Nov 1994 08:49:37 GMT", kNow), seconds(86'400));
    EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:49:37 GMT", kNow), seconds(0));
    EXPECT_EQ(
        parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", kNow + std::chrono::milliseconds(1)),
        seconds(1)
    ) << "never too early";
}

TEST(RetryAfter, AndNothingElse) {
    for (const auto* const text :
         {"",
          " ",
          "-1",
          "1.5",
          "1s",
          "+1",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994",
          "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:49:37 GMT",
          "Sun, 06 Nov 1994 08:60:37 GMT",
          "Sun, -6 Nov 1994 08:49:37 GMT"}) {
        EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace consularia::infra::http
