#include "infra/crypto/time_stamps.hpp"

#include "tests/unit/infra/test_tsa.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::infra {
namespace {

using domain::Timestamp;
using test::TestTsa;

const Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30);
constexpr auto kYear = std::chrono::hours(24 * 365);
const auto kDigest = ledger::sha256("a head");

std::string answer_at(const TestTsa& tsa, Timestamp moment) {
    return tsa.answer(StampRequest(kDigest).bytes(), moment);
}

TEST(TimeStampsTest, AStampSaysItsDigestAndItsTime) {
    const TestTsa tsa(kNow - kYear, kNow + kYear);
    const StampRequest request(kDigest);
    const auto moment = kNow + std::chrono::microseconds(250'000);
    const auto answer = tsa.answer(request.bytes(), moment);
    EXPECT_EQ(request.fault_in(answer), "");
    const auto opened = open_stamp(answer, tsa.trust());
    EXPECT_FALSE(opened.fault);
    EXPECT_EQ(opened.digest, kDigest);
    EXPECT_EQ(opened.time, moment);
}

TEST(TimeStampsTest, AnAnswerToAnotherRequestIsRefused) {
    const TestTsa tsa(kNow - kYear, kNow + kYear);
    const auto answer = answer_at(tsa, kNow);
    EXPECT_EQ(StampRequest(kDigest).fault_in(answer), "the TSA answered another request");
    EXPECT_EQ(
        StampRequest(ledger::sha256("another")).fault_in(answer), "the TSA stamped another digest"
    );
}

TEST(TimeStampsTest, CertificatesMustHaveBeenValidAtTheTimeOfTheStampAndNotLonger) {
    const TestTsa tsa(kNow - 9 * kYear, kNow - 8 * kYear);
    EXPECT_FALSE(open_stamp(answer_at(tsa, kNow - 9 * kYear + kYear / 2), tsa.trust()).fault);
    for (const auto moment : {kNow, kNow - 8 * kYear + kYear / 2, kNow - 10 * kYear}) {
        const auto opened = open_stamp(answer_at(tsa, moment), tsa.trust());
        EXPECT_EQ(opened.fault, StampFault::untrusted) << domain::format(moment);
    }
}

TEST(TimeStampsTest, AnotherAuthorityIsNotBelieved) {
    const TestTsa tsa(kNow - kYear, kNow + kYear);
    const TestTsa other(kNow - kYear, kNow + kYear);
    EXPECT_EQ(open_stamp(answer_at(tsa, kNow), other.trust()).fault, StampFault::untrusted);
}

TEST(TimeStampsTest, WhatIsNoStampIsMalformed) {
    const TestTsa tsa(kNow - kYear, kNow + kYear);
    const auto answer = answer_at(tsa, kNow);
    for (const auto& bytes : {std::string(), std::string("x"), answer + "x", answer.substr(1)}) {
        EXPECT_EQ(open_stamp(bytes, tsa.trust()).fault, StampFault::malformed);
    }
    const std::string large(kMaxStampBytes + 1, 'x');
    EXPECT_EQ(open_stamp(large, tsa.trust()).fault, StampFault::malformed);
    auto forged = answer;
    forged.back() = static_cast<char>(forged.back() ^ 1);
    EXPECT_EQ(open_stamp(forged, tsa.trust()).fault, StampFault::forged);
}

}  // namespace
}  // namespace consularia::infra
