// However many void records there are, the log has few lines, and they count every record.

#include "node/void_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace consularia::node {
namespace {

using testing::ElementsAre;

constexpr std::chrono::hours kNever{1};

TEST(VoidLog, SumsUpWhatCameAndNamesTheLast) {
    std::vector<std::string> said;
    {
        VoidLog log([&said](const std::string& line) { said.push_back(line); }, kNever);
        for (ledger::Position i = 0; i < 100'000; ++i) log.note(2, i, "no JSON object");
        EXPECT_THAT(said, ElementsAre());
    }
    EXPECT_THAT(
        said,
        ElementsAre("100000 void records, the last at position 99999 of partition 2: no JSON object"
        )
    );
}

TEST(VoidLog, SaysNothingOfNothing) {
    std::vector<std::string> said;
    {
        const VoidLog log([&said](const std::string& line) { said.push_back(line); }, kNever);
    }
    EXPECT_THAT(said, ElementsAre());
}

TEST(VoidLog, SpeaksFromTimeToTimeByItself) {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> said;
    VoidLog log(
        [&](const std::string& line) {
            const std::lock_guard lock(mutex);
            said.push_back(line);
            changed.notify_all();
        },
        std::chrono::milliseconds(1)
    );
    for (std::size_t i = 0; i < 2; ++i) {
        log.note(0, i, "too early");
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] {
            return said.size() == i + 1;
        }));
    }
    EXPECT_THAT(
        said,
        ElementsAre(
            "1 void record, at position 0 of partition 0: too early",
            "1 void record, at position 1 of partition 0: too early"
        )
    );
}

}  // namespace
}  // namespace consularia::node
