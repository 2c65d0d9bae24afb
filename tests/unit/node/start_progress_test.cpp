// The progress of a start, in words.

#include "node/start_progress.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

namespace consularia::node {
namespace {

using namespace std::chrono_literals;

class StartProgressTest : public testing::Test {
  protected:
    void begin(std::uint64_t done, std::uint64_t total) {
        now_ = {done, total};
        progress_.begin("rebuilding the read store", [this] { return now_; });
    }

    test::ManualClock clock_;
    StartProgress::Measure now_;
    StartProgress progress_{clock_};
};

TEST_F(StartProgressTest, SaysWhatIsDoneEvenIfNothingIsKnownOfIt) {
    EXPECT_EQ(progress_.text(), "opening its data");
    progress_.begin("checking the ledger");
    EXPECT_EQ(progress_.text(), "checking the ledger");
    begin(0, 0);
    EXPECT_EQ(progress_.text(), "rebuilding the read store");
}

TEST_F(StartProgressTest, SaysTheShareAndWhatIsLeftAtTheRateSoFar) {
    begin(0, 1000);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 0 %");
    now_.done = 430;
    clock_.advance(90s);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 43 %, 2 min left at 4/s");
    now_.done = 1000;
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 100 %, 1 s left at 11/s");
}

TEST_F(StartProgressTest, CountsTheRateFromWhereTheStageBegan) {
    begin(500, 1000);
    clock_.advance(10s);
    now_.done = 600;
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 60 %, 40 s left at 10/s");
}

TEST_F(StartProgressTest, SaysNoTimeBeforeThereIsARate) {
    begin(0, 1000);
    now_.done = 10;
    clock_.advance(999ms);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 1 %");
    now_.done = 0;
    clock_.advance(1h);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 0 %");
}

TEST_F(StartProgressTest, EstimatesInNumbersWhatItSaysInWords) {
    begin(500, 1000);
    now_.done = 600;
    clock_.advance(999ms);
    EXPECT_EQ(progress_.estimate().measure.done, 600U);
    EXPECT_EQ(progress_.estimate().per_second, 0);
    EXPECT_EQ(progress_.estimate().left, std::nullopt);
    clock_.advance(9001ms);
    EXPECT_DOUBLE_EQ(progress_.estimate().per_second, 10);
    EXPECT_EQ(progress_.estimate().left, 40s);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 60 %, 40 s left at 10/s");
    now_.done = 2000;
    EXPECT_EQ(progress_.estimate().measure.done, 1000U) << "never more than all";
    EXPECT_EQ(progress_.estimate().left, 0s);
}

TEST_F(StartProgressTest, SaysHoursWhenThereAreMany) {
    begin(0, 1000);
    now_.done = 100;
    clock_.advance(2h);
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 10 %, 18 h left at 1/s");
}

TEST_F(StartProgressTest, NeverSaysMoreThanAll) {
    begin(0, 10);
    now_.done = 20;
    EXPECT_EQ(progress_.text(), "rebuilding the read store: 100 %");
}

TEST_F(StartProgressTest, LooksNoLongerThanItsStageLasts) {
    int looks = 0;
    {
        const StartStage stage(progress_, "reading", [&looks] {
            ++looks;
            return StartProgress::Measure{1, 2};
        });
        EXPECT_EQ(progress_.text(), "reading: 50 %");
        EXPECT_EQ(looks, 2);
    }
    EXPECT_EQ(progress_.text(), "reading");
    EXPECT_EQ(progress_.estimate().measure.total, 0U);
    EXPECT_EQ(looks, 2);
}

TEST_F(StartProgressTest, KnowsNothingWhileTheStoreCannotBeRead) {
    bool fails = true;
    const StartStage stage(progress_, "reading", [&fails] {
        if (fails) throw ledger::StorageError("it is being reopened");
        return StartProgress::Measure{1, 2};
    });
    EXPECT_EQ(progress_.text(), "reading");
    EXPECT_EQ(progress_.estimate().measure.total, 0U);
    fails = false;
    EXPECT_EQ(progress_.text(), "reading: 50 %");
    EXPECT_EQ(progress_.estimate().measure.total, 2U);
}

}  // namespace
}  // namespace consularia::node
