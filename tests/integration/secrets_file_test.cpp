#include "infra/crypto/secrets_file.hpp"

#include "base/hex.hpp"
#include "infra/crypto/webhook_secrets.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

const std::string kAdminKey = "an-admin-key-of-at-least-32-characters";
const std::string kKey(64, 'a');
const std::string kOtherKey = "0123456789abcdefABCDEF" + std::string(60, '7');

class SecretsFile : public testing::Test {
  protected:
    void write(const std::string& content) const {
        test::write_whole_file(file_, content);
        fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
    }

    /// The refusal, which never shows what is in the file.
    std::string refusal() const {
        try {
            (void)load_secrets(file_);
        } catch (const SecretsError& error) {
            EXPECT_THAT(
                error.what(),
                AllOf(
                    HasSubstr("the secrets file " + file_.string()),
                    Not(HasSubstr("secret-")),
                    Not(HasSubstr(kAdminKey)),
                    Not(HasSubstr(kKey.substr(0, 8))),
                    Not(HasSubstr("\n"))
                )
            );
            return error.what();
        }
        ADD_FAILURE() << "it was accepted";
        return "";
    }

    test::TemporaryDirectory directory_;
    fs::path file_ = directory_.path() / "secrets.toml";
};

const std::string kGood = "admin_key = \"" + kAdminKey + "\"\nrequest_key = \"" + kKey +
                          "\"\n[[link_keys]]\nid = 1\nkey = \"" + kKey + "\"\n";

std::string without(const std::string& line) {
    std::string text = kGood;
    const std::size_t begin = text.find(line);
    return text.erase(begin, text.find('\n', begin) - begin);
}

std::string with(const std::string& part, const std::string& other) {
    std::string text = kGood;
    return text.replace(text.find(part), part.size(), other);
}

const std::string kJwtSecret = "secret-of-the-meeting-service-32";

/// With one, in which a part is another.
std::string with_audit_key(const std::string& part, const std::string& other) {
    std::string key =
        "[[audit_keys]]\nid = 1\nseed = \"" + kKey + "\"\nvalid_from = \"2026-01-01T00:00:00Z\"\n";
    return kGood + key.replace(key.find(part), part.size(), other);
}

/// The value as TOML writes it.
std::string with_jwt_secret(const std::string& value) {
    return "meeting_jwt_secret = " + value + "\n" + kGood;
}

TEST_F(SecretsFile, WhatIsCreatedCanBeLoaded) {
    create_secrets(file_);
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    const Secrets secrets = load_secrets(file_);
    EXPECT_THAT(secrets.admin_key, MatchesRegex("[0-9a-f]{64}")) << "a command's argument as it is";
    EXPECT_THAT(secrets.request_key, SizeIs(32));
    ASSERT_THAT(secrets.link_keys, SizeIs(1));
    EXPECT_EQ(secrets.link_keys[0].id, 1);
    EXPECT_THAT(secrets.link_keys[0].key, SizeIs(32));
    EXPECT_NE(secrets.link_keys[0].key, secrets.request_key);
}

TEST_F(SecretsFile, WithoutAWebhookKeyHasOneThatIsDerived) {
    write(kGood);
    EXPECT_EQ(load_secrets(file_).webhook_key, derive_webhook_key(std::string(32, '\xaa')));
    write("webhook_key = \"" + kOtherKey + "\"\n" + kGood);
    EXPECT_EQ(load_secrets(file_).webhook_key, parse_hex(kOtherKey));
    write("webhook_key = \"aa\"\n" + kGood);
    EXPECT_THROW(static_cast<void>(load_secrets(file_)), SecretsError);
}

TEST_F(SecretsFile, EveryFileHasOtherSecrets) {
    create_secrets(file_);
    create_secrets(directory_.path() / "other.toml");
    const Secrets one = load_secrets(file_);
    const Secrets other = load_secrets(directory_.path() / "other.toml");
    EXPECT_NE(one.admin_key, other.admin_key);
    EXPECT_NE(one.request_key, other.request_key);
    EXPECT_NE(one.webhook_key, other.webhook_key);
    EXPECT_NE(one.link_keys[0].key, other.link_keys[0].key);
}

TEST_F(SecretsFile, IsNeverOverwritten) {
    write(kGood);
    EXPECT_THROW(create_secrets(file_), SecretsError);
    EXPECT_EQ(test::read_whole_file(file_), kGood);
}

TEST_F(SecretsFile, ReadsWhatIsDocumented) {
    write(kGood + "[[link_keys]]\nid = 255\nkey = \"" + kOtherKey + "\"\n[future]\nx = 1\n");
    const Secrets secrets = load_secrets(file_);
    EXPECT_EQ(secrets.admin_key, kAdminKey);
    EXPECT_EQ(secrets.request_key, std::string(32, '\xaa'));
    ASSERT_THAT(secrets.link_keys, SizeIs(2));
    EXPECT_EQ(secrets.link_keys[1].id, 255);
    EXPECT_EQ(secrets.link_keys[1].key, parse_hex(kOtherKey));
}

TEST_F(SecretsFile, MayHaveAMeetingSecret) {
    EXPECT_EQ(kJwtSecret.size(), 32U) << "the shortest there is";
    write(with_jwt_secret("\"" + kJwtSecret + "\""));
    const Secrets secrets = load_secrets(file_);
    EXPECT_EQ(secrets.meeting_jwt_secret, kJwtSecret);
    EXPECT_EQ(secrets.admin_key, kAdminKey);
    ASSERT_THAT(secrets.link_keys, SizeIs(1));
    write(kGood);
    EXPECT_EQ(load_secrets(file_).meeting_jwt_secret, "");
    fs::remove(file_);
    create_secrets(file_);
    EXPECT_EQ(load_secrets(file_).meeting_jwt_secret, "") << "it is the meeting service's to make";
}

TEST_F(SecretsFile, IsCreatedWithAnAuditKey) {
    create_secrets(file_);
    const auto keys = load_secrets(file_).audit_keys;
    ASSERT_THAT(keys, SizeIs(1));
    EXPECT_EQ(keys[0].id, 1);
    EXPECT_THAT(keys[0].seed, SizeIs(NoteKey::kSeedBytes));
    EXPECT_EQ(keys[0].valid_to, std::nullopt);
    const auto age = std::chrono::system_clock::now() - keys[0].valid_from;
    EXPECT_GE(age, std::chrono::seconds(0));
    EXPECT_LT(age, std::chrono::minutes(1));
}

TEST_F(SecretsFile, GetsAnotherAuditKeyAndIsTheSameOtherwise) {
    const auto now = domain::parse_datetime("2026-11-30T12:00:00.5Z").value();
    write(kGood.substr(0, kGood.size() - 1));
    EXPECT_THAT(load_secrets(file_).audit_keys, SizeIs(0));
    EXPECT_EQ(add_audit_key(file_, now), 1);
    EXPECT_EQ(add_audit_key(file_, now), 2);
    EXPECT_THAT(test::read_whole_file(file_), testing::StartsWith(kGood));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    const auto secrets = load_secrets(file_);
    EXPECT_EQ(secrets.admin_key, kAdminKey);
    ASSERT_THAT(secrets.audit_keys, SizeIs(2));
    EXPECT_EQ(domain::format(secrets.audit_keys[1].valid_from), "2026-11-30T12:00:00Z");
    EXPECT_NE(secrets.audit_keys[0].seed, secrets.audit_keys[1].seed);
}

TEST_F(SecretsFile, HasNoAuditKeyAfterTheHighestId) {
    write(with_audit_key("id = 1", "id = 255"));
    EXPECT_THROW(add_audit_key(file_, {}), SecretsError);
}

TEST_F(SecretsFile, IsRefusedWhenOthersCanReadIt) {
    for (const auto more :
         {fs::perms::others_read, fs::perms::others_exec, fs::perms::group_write}) {
        write(kGood);
        fs::permissions(file_, more, fs::perm_options::add);
        EXPECT_THAT(refusal(), HasSubstr("run chmod 600 " + file_.string()));
    }
    write(kGood);
    fs::permissions(file_, static_cast<fs::perms>(0644));
    EXPECT_THAT(refusal(), HasSubstr("can be read by others"));
    fs::permissions(file_, static_cast<fs::perms>(0400));
    EXPECT_EQ(load_secrets(file_).admin_key, kAdminKey);
}

TEST_F(SecretsFile, OfRootMayBeReadByAGroupOfOurs) {
    constexpr gid_t kForeign = 61'234;
    write(kGood);
    fs::permissions(file_, static_cast<fs::perms>(0640));
    if (::geteuid() != 0) {  // Only root can give files away: this one is ours.
        EXPECT_THAT(refusal(), HasSubstr("can be read by others"));
        return;
    }
    EXPECT_EQ(load_secrets(file_).admin_key, kAdminKey);
    ASSERT_EQ(::chown(file_.c_str(), 0, kForeign), 0);
    EXPECT_THAT(refusal(), HasSubstr("can be read by others"));
    ASSERT_EQ(::chown(file_.c_str(), kForeign, ::getegid()), 0);
    EXPECT_THAT(refusal(), HasSubstr("can be read by others"));
}

TEST_F(SecretsFile, IsRefusedWhenItIsNoFile) {
    EXPECT_THAT(refusal(), HasSubstr("cannot be read: No such file or directory"));
    fs::create_directory(file_);
    EXPECT_THAT(refusal(), HasSubstr("is not a file"));
}

struct Mistake {
    std::string name;
    std::string content;
    std::string told;
};

class WrongSecretsFile : public SecretsFile, public testing::WithParamInterface<Mistake> {};

TEST_P(WrongSecretsFile, IsRefusedInASentenceThatShowsNone) {
    write(GetParam().content);
    EXPECT_THAT(refusal(), HasSubstr(GetParam().told));
}

const std::vector<Mistake> kMistakes{
    {"Empty", "", "has no admin_key"},
    {"NotToml", kGood + "secret-oops\n", "is not TOML at line 6"},
    {"UnclosedString", "admin_key = \"secret-", "is not TOML at line 1"},
    {"KeyTwice", kGood + "key = \"secret-\"\n", "is not TOML at line 6"},
    {"NoAdminKey", without("admin_key"), "has no admin_key"},
    {"AdminKeyIsANumber", with("\"" + kAdminKey + "\"", "5"), "has no admin_key"},
    {"ShortAdminKey", with(kAdminKey, "secret-" + std::string(24, 'x')), "32 to 255 visible ASCII"},
    {"LongAdminKey", with(kAdminKey, std::string(256, 'x')), "32 to 255 visible ASCII"},
    {"SpaceInAdminKey", with(kAdminKey, kAdminKey + " x"), "32 to 255 visible ASCII"},
    {"UmlautInAdminKey", with(kAdminKey, kAdminKey + "ä"), "32 to 255 visible ASCII"},
    {"ShortJwtSecret",
     with_jwt_secret("\"" + kJwtSecret.substr(1) + "\""),
     "has no meeting_jwt_secret of 32 to 255 visible ASCII"},
    {"EmptyJwtSecret",
     with_jwt_secret("\"\""),
     "has no meeting_jwt_secret of 32 to 255 visible ASCII"},
    {"LongJwtSecret",
     with_jwt_secret("\"" + std::string(256, 'x') + "\""),
     "has no meeting_jwt_secret of 32 to 255 visible ASCII"},
    {"UmlautInJwtSecret",
     with_jwt_secret("\"" + kJwtSecret + "ä\""),
     "has no meeting_jwt_secret of 32 to 255 visible ASCII"},
    {"SpaceInJwtSecret",
     with_jwt_secret("\"" + kJwtSecret + " \""),
     "has no meeting_jwt_secret of 32 to 255 visible ASCII"},
    {"JwtSecretIsANumber", with_jwt_secret("5"), "has no meeting_jwt_secret, a string"},
    {"JwtSecretIsAList",
     with_jwt_secret("[\"" + kJwtSecret + "\"]"),
     "has no meeting_jwt_secret, a string"},
    {"NoRequestKey", without("request_key"), "has no request_key"},
    {"ShortRequestKey", with(kKey, kKey.substr(2)), "has a request_key of less than 64 hex digits"},
    {"OddRequestKey", with(kKey, kKey + "a"), "has a request_key that is not an even number"},
    {"RequestKeyIsNotHex", with(kKey, kKey + "xy"), "has a request_key that is not an even number"},
    {"NoLinkKeys", without("[[link_keys]]"), "has no [[link_keys]]"},
    {"LinkKeysAreATable", with("[[link_keys]]", "[link_keys]"), "has no [[link_keys]]"},
    {"LinkKeysAreNumbers",
     "link_keys = [1]\n" + without("[[link_keys]]"),
     "a link key without an id"},
    {"NoLinkKeyId", without("id = 1"), "a link key without an id from 1 to 255"},
    {"LinkKeyIdIsZero", with("id = 1", "id = 0"), "a link key without an id from 1 to 255"},
    {"LinkKeyIdIsTooLarge", with("id = 1", "id = 256"), "a link key without an id from 1 to 255"},
    {"LinkKeyIdIsText", with("id = 1", "id = \"1\""), "a link key without an id from 1 to 255"},
    {"NoLinkKey", kGood.substr(0, kGood.rfind("key")), "has no key of link key 1"},
    {"ShortLinkKey",
     kGood + "[[link_keys]]\nid = 2\nkey = \"aa\"\n",
     "has a key of link key 2 of less than 64 hex digits"},
    {"LinkKeyIdTwice",
     kGood + "[[link_keys]]\nid = 1\nkey = \"" + kOtherKey + "\"\n",
     "has more than one link key with the id 1"},
    {"AuditKeysAreANumber", "audit_keys = 1\n" + kGood, "has audit_keys that are no"},
    {"NoAuditKeyId", with_audit_key("id = 1", ""), "an audit key without an id from 1 to 255"},
    {"AuditKeyIdIsTooLarge",
     with_audit_key("id = 1", "id = 256"),
     "an audit key without an id from 1 to 255"},
    {"AuditKeyIdTwice",
     with_audit_key("id = 1", "id = 1") + with_audit_key("id", "id").substr(kGood.size()),
     "has more than one audit key with the id 1"},
    {"ShortSeed", with_audit_key(kKey, kKey.substr(2)), "a seed of audit key 1 of less than 64"},
    {"LongSeed", with_audit_key(kKey, kKey + "aa"), "a seed of audit key 1 of more than 64"},
    {"NoSeed", with_audit_key("seed", "x"), "has no seed of audit key 1"},
    {"NoValidFrom", with_audit_key("valid_from", "x"), "has no valid_from of audit key 1"},
    {"ValidFromIsNoDatetime",
     with_audit_key("2026-01-01T00:00:00Z", "secret-"),
     "has no valid_from of audit key 1"},
    {"ValidToIsNoDatetime",
     with_audit_key("id = 1", "id = 1\nvalid_to = 5"),
     "has no valid_to of audit key 1"},
    {"TooLarge", kGood + "#" + std::string(65536, 'x'), "is larger than 64 KiB"},
};

INSTANTIATE_TEST_SUITE_P(
    Each,
    WrongSecretsFile,
    testing::ValuesIn(kMistakes),
    [](const auto& mistake) { return mistake.param.name; }
);

}  // namespace
}  // namespace consularia::infra
