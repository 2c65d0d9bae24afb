#include "infra/access_log.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace consularia::infra {
namespace {

using namespace samples;
namespace fs = std::filesystem;

Access access(std::string_view path, std::uint32_t organization = 1) {
    return {
        .time = kStart,
        .organization = organization_id(organization),
        .token = token_id(),
        .method = "GET",
        .path = path,
        .query = "a=\"b\"\xff",
        .status = 200,
        .request_id = "request"};
}

class AccessLogFiles : public testing::Test {
  protected:
    fs::path place() const { return directory_.path() / "audit-access"; }

    fs::path file(int number) const {
        return place() / ("access-0000000" + std::to_string(number) + ".ndjson");
    }

    void append(AccessLog& log, int count) {
        for (int i = 0; i < count; ++i) log.append(access("/api/v1/audit/events/"));
    }

    AccessLogCheck check() {
        lines_.clear();
        return check_access_log(place(), [&](std::string_view line, std::string_view) {
            lines_.emplace_back(line);
        });
    }

    test::TemporaryDirectory directory_;
    std::vector<std::string> lines_;
};

TEST_F(AccessLogFiles, AreNotThereBeforeTheFirstUse) {
    const AccessLog log(place());
    EXPECT_FALSE(fs::exists(place()));
}

TEST_F(AccessLogFiles, HaveALineOfJsonForEachUse) {
    AccessLog log(place());
    append(log, 2);
    const auto found = check();
    EXPECT_EQ(found.fault, std::nullopt);
    EXPECT_EQ(found.first, 1U);
    EXPECT_EQ(found.last, 2U);
    EXPECT_EQ(
        lines_.at(0),
        R"({"n":1,"prev":")" + std::string(64, '0') +
            R"(","time":"2030-01-01T10:00:00Z","organization":")" + organization_id().to_string() +
            R"(","token":")" + token_id().to_string() +
            R"(","method":"GET","path":"/api/v1/audit/events/","query":"a=\"b\")" + "\xEF\xBF\xBD" +
            R"(","status":200,"request_id":"request"})"
    );
    EXPECT_NE(lines_.at(1).find(ledger::to_hex(ledger::sha256(lines_.at(0)))), std::string::npos);
}

TEST_F(AccessLogFiles, AreOfBoundedSizeAndOneChain) {
    {
        AccessLog log(place(), 500);
        append(log, 4);
    }
    EXPECT_TRUE(fs::exists(file(2)));
    EXPECT_FALSE(fs::exists(file(3)));
    AccessLog log(place(), 500);
    append(log, 1);
    EXPECT_TRUE(fs::exists(file(3)));
    EXPECT_EQ(check().last, 5U);
    EXPECT_EQ(check().fault, std::nullopt);
}

TEST_F(AccessLogFiles, CanLoseTheOldestButNoOther) {
    {
        AccessLog log(place(), 500);
        append(log, 6);
    }
    fs::remove(file(1));
    EXPECT_EQ(check().fault, std::nullopt);
    EXPECT_EQ(check().first, 3U);
    AccessLog(place(), 500).append(access("/"));
    EXPECT_EQ(check().last, 7U);
    fs::remove(file(3));
    EXPECT_EQ(
        check().fault, "access-00000004.ndjson, line 1: its number is 7, and the one before is 4."
    );
}

TEST_F(AccessLogFiles, LoseWhatACrashHasTornAndNothingElse) {
    {
        AccessLog log(place());
        append(log, 2);
    }
    std::ofstream(file(1), std::ios::app | std::ios::binary) << R"({"n":3,"prev":)";
    EXPECT_EQ(check().last, 2U);
    AccessLog log(place());
    append(log, 1);
    EXPECT_EQ(check().fault, std::nullopt);
    EXPECT_EQ(check().last, 3U);
}

TEST_F(AccessLogFiles, GoOnAfterAFileThatGotNoLine) {
    {
        AccessLog log(place());
        append(log, 2);
    }
    std::ofstream(file(2)).close();
    AccessLog log(place());
    append(log, 1);
    EXPECT_EQ(check().fault, std::nullopt);
    EXPECT_EQ(check().last, 3U);
    EXPECT_GT(fs::file_size(file(2)), 0U);
}

TEST_F(AccessLogFiles, AreNotContinuedAfterALineThatIsNone) {
    {
        AccessLog log(place());
        append(log, 1);
    }
    std::ofstream(file(1), std::ios::app | std::ios::binary) << "nonsense\n";
    AccessLog log(place());
    EXPECT_THROW(append(log, 1), ledger::StorageError);
    EXPECT_EQ(check().fault, "access-00000001.ndjson, line 2: this is no line of an access log.");
}

TEST_F(AccessLogFiles, ThatCannotBeMadeAreTriedAgain) {
    std::ofstream(place()).close();
    AccessLog log(place());
    EXPECT_THROW(append(log, 1), ledger::StorageError);
    fs::remove(place());
    append(log, 1);
    EXPECT_EQ(check().last, 1U);
}

}  // namespace
}  // namespace consularia::infra
