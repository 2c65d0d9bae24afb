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

}  // namespace
}  // namespace consularia::node
