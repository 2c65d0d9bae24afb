#include "infra/crypto/signed_links.hpp"

#include "base/hex.hpp"
#include "infra/crypto/crypto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace consularia::infra {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const LinkTarget kTarget{
    *domain::OrganizationId::parse("11111111-1111-7111-8111-111111111111"),
    *domain::AppointmentId::parse("22222222-2222-7222-8222-222222222222"),
    *domain::ParticipantId::parse("33333333-3333-7333-8333-333333333333")};
const LinkKey kFirst{1, std::string(32, 'a')};
const LinkKey kSecond{2, std::string(32, 'b')};
constexpr const char* kUrl = "https://meet.example/app";

std::string link(const SignedLinks& links) {
    return links.access_link(kTarget.organization, kTarget.appointment, kTarget.participant);
}

std::string token(const SignedLinks& links) {
    const std::string whole = link(links);
    return whole.substr(whole.rfind('/') + 1);
}

/// The token that the first key signs for the target, begun with this version.
std::string signed_by_hand(const std::string& version) {
    const std::string ids =
        "11111111111171118111111111111111"
        "22222222222272228222222222222222"
        "33333333333373338333333333333333";
    const std::string message = parse_hex(version + "01" + ids).value();
    const auto mac = Hmac(kFirst.key)(message);
    return to_base64url(message + std::string(reinterpret_cast<const char*>(mac.data()), 16));
}

TEST(SignedLinks, ALinkIsPinned) {
    const SignedLinks links(kUrl, {kFirst});
    EXPECT_EQ(link(links), "https://meet.example/app/join/" + signed_by_hand("01"));
}

TEST(SignedLinks, ATokenOfAnotherVersionIsRefusedHoweverWellSigned) {
    const SignedLinks links(kUrl, {kFirst});
    EXPECT_EQ(links.verify(signed_by_hand("01")), kTarget);
    EXPECT_EQ(links.verify(signed_by_hand("00")), std::nullopt);
    EXPECT_EQ(links.verify(signed_by_hand("02")), std::nullopt);
}

TEST(SignedLinks, ATokenNamesItsTarget) {
    const SignedLinks links(kUrl, {kFirst});
    EXPECT_EQ(token(links).size(), 88U);
    EXPECT_EQ(links.verify(token(links)), kTarget);
}

TEST(SignedLinks, ASlashAfterThePublicUrlCountsForNothing) {
    const SignedLinks with(std::string(kUrl) + "/", {kFirst});
    const SignedLinks without(kUrl, {kFirst});
    EXPECT_EQ(link(with), link(without));
    EXPECT_EQ(with.fingerprint(), without.fingerprint());
}

TEST(SignedLinks, EveryAlteredBitIsRefused) {
    const SignedLinks links(kUrl, {kFirst, kSecond});
    const std::string bytes = parse_base64url(token(links)).value();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string altered = bytes;
            altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
            EXPECT_EQ(links.verify(to_base64url(altered)), std::nullopt) << at << ' ' << bit;
        }
    }
}

TEST(SignedLinks, EveryAlteredCharacterIsRefused) {
    const SignedLinks links(kUrl, {kFirst});
    const std::string good = token(links);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char other : {'A', 'z', '-', '=', '\0', '%'}) {
            std::string altered = good;
            if (altered[at] == other) continue;
            altered[at] = other;
            EXPECT_EQ(links.verify(altered), std::nullopt) << at << other;
        }
    }
}

TEST(SignedLinks, OtherLengthsAreRefused) {
    const SignedLinks links(kUrl, {kFirst});
    const std::string good = token(links);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(links.verify(good.substr(0, size)), std::nullopt);
    }
    EXPECT_EQ(links.verify(good + "A"), std::nullopt);
    EXPECT_EQ(links.verify(good + "AAAA"), std::nullopt);
    EXPECT_EQ(links.verify(good + good), std::nullopt);
}

TEST(SignedLinks, TheHighestKeySignsAndAllOfThemVerify) {
    const SignedLinks before(kUrl, {kFirst});
    const SignedLinks rotated(kUrl, {kSecond, kFirst});
    const SignedLinks after(kUrl, {kSecond});
    EXPECT_EQ(token(rotated), token(after));
    EXPECT_EQ(rotated.verify(token(before)), kTarget);
    EXPECT_EQ(rotated.verify(token(after)), kTarget);
    EXPECT_EQ(before.verify(token(after)), std::nullopt);
    EXPECT_EQ(after.verify(token(before)), std::nullopt);
}

TEST(SignedLinks, AKeyWithTheIdOfAnotherDoesNotVerifyItsTokens) {
    const SignedLinks genuine(kUrl, {kFirst});
    const SignedLinks forger(kUrl, {LinkKey{kFirst.id, kSecond.key}});
    EXPECT_EQ(genuine.verify(token(forger)), std::nullopt);
}

TEST(SignedLinks, TheFingerprintChangesWithTheLinksAndOnlyThen) {
    const std::string fingerprint = SignedLinks(kUrl, {kFirst}).fingerprint();
    EXPECT_EQ(fingerprint.size(), 64U);
    EXPECT_EQ(SignedLinks(kUrl, {kFirst}).fingerprint(), fingerprint);
    EXPECT_NE(SignedLinks("https://other.example", {kFirst}).fingerprint(), fingerprint);
    EXPECT_NE(SignedLinks(kUrl, {kSecond}).fingerprint(), fingerprint);
    EXPECT_NE(SignedLinks(kUrl, {LinkKey{2, kFirst.key}}).fingerprint(), fingerprint);
    EXPECT_EQ(
        SignedLinks(kUrl, {kSecond, kFirst}).fingerprint(),
        SignedLinks(kUrl, {kSecond}).fingerprint()
    );
}

TEST(SignedLinks, NoPartOfTheLinkShowsTheKey) {
    const SignedLinks links(kUrl, {kFirst});
    EXPECT_THAT(link(links), StartsWith("https://meet.example/app/join/"));
    EXPECT_THAT(parse_base64url(token(links)).value(), Not(HasSubstr("aaaa")));
    EXPECT_THAT(links.fingerprint(), Not(HasSubstr("61616161")));
}

TEST(SignedLinks, NeedAKeyAndNoIdTwice) {
    EXPECT_DEATH(SignedLinks(kUrl, {}), "keys");
    EXPECT_DEATH(SignedLinks(kUrl, {kFirst, kFirst}), "added");
}

}  // namespace
}  // namespace consularia::infra
