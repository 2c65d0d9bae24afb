#include "infra/crypto/audit_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::infra {
namespace {

using domain::Timestamp;
using std::chrono::hours;

const Timestamp kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
const auto kOrganization =
    domain::OrganizationId::parse("0192f0c1-0000-7000-8000-000000000001").value();
const std::string kOrigin = "example.com:8443/organizations/0192f0c1-0000-7000-8000-000000000001";

AuditKey key(std::uint8_t id, int from, std::optional<int> to = std::nullopt) {
    AuditKey made{
        id, std::string(NoteKey::kSeedBytes, static_cast<char>(id)), kStart + hours(from)};
    if (to) made.valid_to = kStart + hours(*to);
    return made;
}

AuditKeys keys(std::vector<AuditKey> all) {
    return {"example.com:8443", all};
}

/// The id of the key that signs at this hour; 0 if none does.
int signer(const AuditKeys& all, int hour) {
    const auto note = all.sign(kOrganization, {}, kStart + hours(hour));
    if (!note) return 0;
    for (const auto& published : all.published(kOrganization)) {
        const std::vector<NoteVerifier> one{NoteVerifier::parse(published.verifier_key).value()};
        if (!open_note(*note, one).fault) return published.id;
    }
    return -1;
}

TEST(AuditKeys, SignHeadsWithTheOriginAsTheirName) {
    const auto all = keys({key(1, 0)});
    const SignedHead head{"is replaced", 7, {1}, {2}};
    const auto note = all.sign(kOrganization, head, kStart);
    ASSERT_TRUE(note);
    const auto published = all.published(kOrganization);
    ASSERT_EQ(published.size(), 1U);
    const std::vector<NoteVerifier> verifiers{
        NoteVerifier::parse(published[0].verifier_key).value()};
    EXPECT_EQ(verifiers[0].name(), kOrigin);
    const auto opened = open_note(*note, verifiers);
    ASSERT_EQ(opened.fault, std::nullopt);
    EXPECT_EQ(parse_head(opened.text), (SignedHead{kOrigin, 7, {1}, {2}}));
}

TEST(AuditKeys, OfOrganizationsDoNotVerifyEachOthersHeads) {
    const auto all = keys({key(1, 0)});
    const auto other = domain::OrganizationId::parse("0192f0c1-0000-7000-8000-000000000002");
    const std::vector<NoteVerifier> theirs{
        NoteVerifier::parse(all.published(*other)[0].verifier_key).value()};
    const auto note = all.sign(kOrganization, {}, kStart);
    EXPECT_EQ(open_note(*note, theirs).fault, NoteFault::unknown);
}

TEST(AuditKeys, TheHighestThatIsValidSigns) {
    const auto all = keys({key(1, 0), key(2, 10), key(3, 20, 30)});
    EXPECT_EQ(signer(all, 0), 1);
    EXPECT_EQ(signer(all, 9), 1);
    EXPECT_EQ(signer(all, 10), 2);
    EXPECT_EQ(signer(all, 20), 3);
    EXPECT_EQ(signer(all, 29), 3);
    EXPECT_EQ(signer(all, 30), 0) << "its end was given";
    EXPECT_EQ(signer(all, -1), 1) << "the clock is behind";
    EXPECT_EQ(signer(keys({}), 0), 0);
}

TEST(AuditKeys, EndWhereTheNextOneBegins) {
    const auto all = keys({key(1, 0), key(2, 10, 15), key(4, 20)}).published(kOrganization);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].valid_to, kStart + hours(10));
    EXPECT_EQ(all[1].valid_to, kStart + hours(15));
    EXPECT_EQ(all[2].valid_to, std::nullopt);
}

TEST(HostOf, IsWhatNamesTheServer) {
    EXPECT_EQ(host_of("https://example.com"), "example.com");
    EXPECT_EQ(host_of("http://127.0.0.1:8080"), "127.0.0.1:8080");
    EXPECT_EQ(host_of("http://[::1]:8080/api/v1"), "[::1]:8080");
    EXPECT_EQ(host_of("https://example.com?x"), "example.com");
}

}  // namespace
}  // namespace consularia::infra
