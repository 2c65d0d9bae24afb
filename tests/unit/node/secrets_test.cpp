// The first start makes secrets; later they are missed, not replaced.

#include "node/secrets.hpp"

#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace consularia::node {
namespace {

namespace fs = std::filesystem;

TEST(Secrets, AreMadeForAnEmptyDataDirectory) {
    const test::TemporaryDirectory directory;
    const DataDir dir(directory.path());
    EXPECT_FALSE(open_secrets(dir, "").admin_key.empty());
    EXPECT_TRUE(fs::exists(dir.secrets()));
}

TEST(Secrets, AreNotMadeAgainBesideData) {
    const DataDir names("");
    for (const auto& part : names.databases()) {
        const test::TemporaryDirectory directory;
        const DataDir dir(directory.path());
        fs::create_directory(dir.root() / part);
        EXPECT_THROW((void)open_secrets(dir, ""), infra::SecretsError) << part;
        EXPECT_FALSE(fs::exists(dir.secrets()));
    }
}

/// The file of a version without audit keys.
void remove_audit_key(const fs::path& file) {
    const auto content = test::read_whole_file(file);
    test::write_whole_file(file, content.substr(0, content.find("[[audit_keys]]")));
}

TEST(Secrets, OfTheDataDirectoryGetAnAuditKeyOnce) {
    const test::TemporaryDirectory directory;
    const DataDir dir(directory.path());
    const auto admin_key = open_secrets(dir, "").admin_key;
    remove_audit_key(dir.secrets());
    const auto secrets = open_secrets(dir, "");
    EXPECT_EQ(secrets.admin_key, admin_key);
    ASSERT_EQ(secrets.audit_keys.size(), 1U);
    EXPECT_EQ(open_secrets(dir, "").audit_keys.at(0).seed, secrets.audit_keys[0].seed);
}

TEST(Secrets, InANamedFileStayAsTheyAre) {
    const test::TemporaryDirectory directory;
    const auto file = directory.path() / "named.toml";
    infra::create_secrets(file);
    remove_audit_key(file);
    const auto content = test::read_whole_file(file);
    EXPECT_TRUE(open_secrets(DataDir(directory.path()), file).audit_keys.empty());
    EXPECT_EQ(test::read_whole_file(file), content);
}

}  // namespace
}  // namespace consularia::node
