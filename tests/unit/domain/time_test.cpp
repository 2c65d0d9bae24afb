#include "domain/time.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

namespace consularia::domain {
namespace {

using std::chrono::microseconds;

std::string reread(std::string_view text) {
    const auto moment = parse_datetime(text);
    if (moment) return format(*moment);
    return moment.error() == DatetimeError::wrong_format ? "wrong format" : "out of range";
}

TEST(Datetime, IsReadInEveryForm) {
    const std::pair<const char*, const char*> cases[] = {
        {"2025-10-30T15:26:22Z", "2025-10-30T15:26:22Z"},
        {"2025-10-30 15:26:22.539536+00:00", "2025-10-30T15:26:22.539536Z"},
        {"2025-10-30T15:26:22", "2025-10-30T15:26:22Z"},
        {"2025-10-30 15:26", "2025-10-30T15:26:00Z"},
        {"2025-10-30", "2025-10-30T00:00:00Z"},
        {"2025-1-5", "2025-01-05T00:00:00Z"},
        {"2025-1-5 5:06", "2025-01-05T05:06:00Z"},
        {"2032-1-2 3:04:05,6+01", "2032-01-02T02:04:05.600000Z"},
        {"2025-10-30T15:26:22 Z", "2025-10-30T15:26:22Z"},
        {"2025-10-30T15:26   +05:30", "2025-10-30T09:56:00Z"},
        {"2025-10-30 15:26Z", "2025-10-30T15:26:00Z"},
        {"2024-02-29", "2024-02-29T00:00:00Z"},
        {"2000-02-29", "2000-02-29T00:00:00Z"},
    };
    for (const auto& [in, out] : cases) EXPECT_EQ(reread(in), out) << in;
}

TEST(Datetime, CutsFractionsBeyondMicroseconds) {
    EXPECT_EQ(reread("2025-10-30T15:26:22.5Z"), "2025-10-30T15:26:22.500000Z");
    EXPECT_EQ(reread("2025-10-30T15:26:22,5Z"), "2025-10-30T15:26:22.500000Z");
    EXPECT_EQ(reread("2025-10-30T15:26:22.000000Z"), "2025-10-30T15:26:22Z");
    EXPECT_EQ(reread("2025-10-30T15:26:22.0000019Z"), "2025-10-30T15:26:22.000001Z");
    EXPECT_EQ(reread("2027-12-31T23:59:59.9999999Z"), "2027-12-31T23:59:59.999999Z");
    const std::string many(1000, '9');
    EXPECT_EQ(reread("2025-10-30T15:26:22." + many), "2025-10-30T15:26:22.999999Z");
}

TEST(Datetime, IsConvertedToUtc) {
    EXPECT_EQ(reread("2025-10-30T15:26:22+05:30"), "2025-10-30T09:56:22Z");
    EXPECT_EQ(reread("2025-10-30T15:26:22+0530"), "2025-10-30T09:56:22Z");
    EXPECT_EQ(reread("2025-10-30T15:26:22+05"), "2025-10-30T10:26:22Z");
    EXPECT_EQ(reread("2025-10-30T20:26-08:00"), "2025-10-31T04:26:00Z");
    EXPECT_EQ(reread("2024-02-29T23:30:00-00:45"), "2024-03-01T00:15:00Z");
    EXPECT_EQ(reread("2000-01-01T00:30:00+01:00"), "1999-12-31T23:30:00Z");
    EXPECT_EQ(reread("2000-01-01T23:59:00+23:59"), "2000-01-01T00:00:00Z");
}

TEST(Datetime, IsRefusedInAnyOtherForm) {
    for (const char* const text :
         {"",
          "nonsense",
          " 2025-10-30",
          "2025-10-30 ",
          "2025-10-30Z",
          "2025-10-30+01",
          "2025-10-30T",
          "2025-10",
          "2025-10-30T15",
          "2025-10-30T15Z",
          "2025-10-30T15:",
          "2025-10-30T15:2",
          "2025-10-30T15:2:22",
          "2025-10-30T15:26:",
          "2025-10-30T15:26:2",
          "2025-10-30T15:26:22.",
          "2025-10-30T15:26:22.Z",
          "2025-10-30T15:26.5",
          "2025-10-30T15:26:22;5",
          "2025-10-30t15:26:22Z",
          "2025-10-30T15:26:22z",
          "2025-10-30  15:26",
          "2025-10-30T 15:26",
          "2025-10-30T15:26:22 ",
          "2025-10-30T15:26:22Z ",
          "2025-10-30T15:26:22\tZ",
          "2025-10-30T15:26:22UTC",
          "2025-10-30T15:26:22+",
          "2025-10-30T15:26:22+5",
          "2025-10-30T15:26:22+053",
          "2025-10-30T15:26:22+05:",
          "2025-10-30T15:26:22+05:3",
          "2025-10-30T15:26:22+05:300",
          "2025-10-30T15:26:22+05:30:00",
          "2025-10-30T15:26:22+ 05",
          "2025-10-30T15:26:22++05",
          "2025-10-30T15:26:22Z+05",
          "2025-10-30T15:26:22Z\n",
          "2025/10/30",
          "20251030",
          "20251030T152622Z",
          "2025-W44-4",
          "2025-303",
          "10000-01-01",
          "999-01-01",
          "+2025-01-01",
          "-2025-01-01",
          "2025-010-30",
          "2025-10-030",
          "2025-10-30T015:26",
          "2025-10-30T15:026",
          "\u0662025-10-30"}) {
        EXPECT_EQ(reread(text), "wrong format") << text;
    }
    EXPECT_EQ(reread(std::string_view("2025-10-30\0", 11)), "wrong format");
}

TEST(Datetime, IsRefusedWhenThereIsNoSuchMoment) {
    for (const char* const text :
         {"0000-01-01T00:00:00Z",
          "2025-00-10",
          "2025-13-30",
          "2025-10-00",
          "2025-10-32",
          "2025-04-31",
          "2025-02-30",
          "2023-02-29",
          "1900-02-29",
          "2025-10-30T24:00:00Z",
          "2025-10-30T15:60Z",
          "2025-10-30T15:26:60Z",
          "2025-10-30T15:26:22+24:00",
          "2025-10-30T15:26:22+23:60"}) {
        EXPECT_EQ(reread(text), "wrong format") << text;
    }
}

TEST(Datetime, StaysWithinTheYears1To9999InUtc) {
    EXPECT_EQ(parse_datetime("0001-01-01T00:00:00Z"), kEarliest);
    EXPECT_EQ(parse_datetime("9999-12-31T23:59:59.999999Z"), kLatest);
    EXPECT_EQ(parse_datetime("0001-01-01T14:00+14:00"), kEarliest);
    EXPECT_EQ(reread("0001-01-01T00:00:00+14:00"), "out of range");
    EXPECT_EQ(reread("0001-01-01T00:00+00:01"), "out of range");
    EXPECT_EQ(reread("9999-12-31T23:59:59-12:00"), "out of range");
    EXPECT_EQ(reread("9999-12-31T23:59:59.999999-00:01"), "out of range");
}

TEST(Datetime, CountsMicrosecondsFrom1970) {
    EXPECT_EQ(parse_datetime("1970-01-01"), Timestamp{});
    EXPECT_EQ(parse_datetime("1969-12-31T23:59:59.999999Z"), Timestamp(microseconds(-1)));
    EXPECT_EQ(parse_datetime("2030-01-01T10:00Z"), Timestamp(std::chrono::seconds(1'893'492'000)));
}

TEST(Datetime, IsPrintedWithAFractionOnlyWhenThereIsOne) {
    EXPECT_EQ(format(kEarliest), "0001-01-01T00:00:00Z");
    EXPECT_EQ(format(kLatest), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(format(Timestamp{}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format(Timestamp(microseconds(-1))), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(format(Timestamp(microseconds(10))), "1970-01-01T00:00:00.000010Z");
}

TEST(Datetime, ReadsBackWhatItPrints) {
    std::mt19937_64 random(20300101);
    std::uniform_int_distribution<std::int64_t> moments(
        kEarliest.time_since_epoch().count(), kLatest.time_since_epoch().count()
    );
    for (int i = 0; i < 20'000; ++i) {
        const Timestamp moment(microseconds(moments(random)));
        ASSERT_EQ(parse_datetime(format(moment)), moment) << moment.time_since_epoch().count();
    }
}

}  // namespace
}  // namespace consularia::domain
