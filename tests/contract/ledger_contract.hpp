#pragma once
// The behaviour of every ledger, whatever it is made of: a suite that a test executable
// instantiates for its ledgers.

#include "ledger/log/ledger.hpp"
#include "tests/support/tail_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace consularia::ledger {

/// A ledger and how to close and open it again.
class Subject {
  public:
    virtual ~Subject() = default;
    virtual Ledger& ledger() = 0;
    virtual void reopen() = 0;
};

/// One ledger to hold the contract against.
struct Implementation {
    std::string name;
    std::function<std::unique_ptr<Subject>()> make;
};

using test::Bell;
using test::numbered;
using test::Reader;

class LedgerContract : public testing::TestWithParam<Implementation> {
  protected:
    Ledger& ledger() { return subject_->ledger(); }

    void reopen() { subject_->reopen(); }

    /// Appends and returns the end; fails the test when it is not durable.
    Position append(const std::vector<std::string>& values, Partition partition = 0) {
        const AppendResult result = ledger().append(partition, values);
        const auto* appended = std::get_if<Appended>(&result);
        EXPECT_NE(appended, nullptr);
        return appended != nullptr ? appended->end : 0;
    }

  private:
    std::unique_ptr<Subject> subject_ = GetParam().make();
};

TEST_P(LedgerContract, ANewLedgerIsEmptyAndHasAnIdentity) {
    EXPECT_FALSE(ledger().identity().empty());
    EXPECT_GE(ledger().partitions(), 1U);
    EXPECT_EQ(ledger().ends(), std::vector<Position>(ledger().partitions(), 0));
    EXPECT_TRUE(Reader(ledger(), 0, 0).next(10).empty());
}

TEST_P(LedgerContract, AppendReturnsThePositionAfterItsLastRecord) {
    EXPECT_EQ(append({"a"}), 1U);
    EXPECT_EQ(append({"b", "c", "d"}), 4U);
    EXPECT_EQ(append({"e"}), 5U);
}

TEST_P(LedgerContract, EndsCoverEveryAcknowledgedAppend) {
    for (Position records = 1; records <= 5; ++records) {
        append({"x"});
        EXPECT_EQ(ledger().ends().at(0), records);
    }
}

TEST_P(LedgerContract, AnEmptyBatchAppendsNothing) {
    append({"a"});
    EXPECT_EQ(append({}), 1U);
    EXPECT_EQ(ledger().ends().at(0), 1U);
}

TEST_P(LedgerContract, ATailDeliversWhatWasThereBeforeIt) {
    append(numbered(0, 30));
    EXPECT_EQ(Reader(ledger(), 0, 0).read(30), numbered(0, 30));
}

TEST_P(LedgerContract, ATailTellsTheWriterOfTheLedgersOwnRecords) {
    append(numbered(0, 3));
    Reader reader(ledger(), 0, 0);
    for (std::size_t read = 0; read < 3;) {
        const int seen = reader.bell().rung();
        const auto entries = reader.next(3 - read);
        ASSERT_TRUE(!entries.empty() || reader.bell().wait_for_more_than(seen));
        for (const LogEntry& entry : entries) EXPECT_EQ(entry.writer, ledger().writer());
        read += entries.size();
    }
}

TEST_P(LedgerContract, ATailDeliversWhatIsAppendedAfterIt) {
    Reader reader(ledger(), 0, 0);
    EXPECT_TRUE(reader.next(10).empty());
    append(numbered(0, 3));
    EXPECT_EQ(reader.read(3), numbered(0, 3));
    append(numbered(3, 20));
    EXPECT_EQ(reader.read(20), numbered(3, 20));
    EXPECT_TRUE(reader.next(10).empty());
}

TEST_P(LedgerContract, ATailThatLagsDeliversEachRecordOnce) {
    append(numbered(0, 10));
    Reader reader(ledger(), 0, 0);
    std::vector<std::string> all = reader.read(4, 4);
    append(numbered(10, 10));
    for (const auto& value : reader.read(3, 3)) all.push_back(value);
    append(numbered(20, 10));
    for (const auto& value : reader.read(23, 5)) all.push_back(value);
    EXPECT_EQ(all, numbered(0, 30));
    EXPECT_TRUE(reader.next(10).empty());
}

TEST_P(LedgerContract, ATailStartsAtAnyPosition) {
    append(numbered(0, 10));
    for (Position from = 0; from < 10; ++from) {
        EXPECT_EQ(Reader(ledger(), 0, from).read(10 - from), numbered(from, 10 - from));
    }
    Reader at_the_end(ledger(), 0, 10);
    EXPECT_TRUE(at_the_end.next(10).empty());
    append(numbered(10, 1));
    EXPECT_EQ(at_the_end.read(1), numbered(10, 1));
}

TEST_P(LedgerContract, EveryTailGetsEverything) {
    append(numbered(0, 5));
    Reader first(ledger(), 0, 0);
    Reader second(ledger(), 0, 3);
    append(numbered(5, 5));
    EXPECT_EQ(first.read(10), numbered(0, 10));
    EXPECT_EQ(second.read(7), numbered(3, 7));
}

TEST_P(LedgerContract, ReadyIsCalledWhenThereIsMore) {
    Reader reader(ledger(), 0, 0);
    EXPECT_TRUE(reader.next(10).empty());
    const int before = reader.bell().rung();
    append({"a"});
    EXPECT_TRUE(reader.bell().wait_for_more_than(before));
}

TEST_P(LedgerContract, ReadyIsNotCalledOnceTheTailIsGone) {
    Bell bell;
    auto gone = ledger().tail(0, 0, bell.ring());
    gone.reset();
    const int before = bell.rung();
    append({"a"});
    EXPECT_EQ(Reader(ledger(), 0, 0).read(1), std::vector<std::string>{"a"});
    EXPECT_EQ(bell.rung(), before);
}

TEST_P(LedgerContract, ATailMayBeReadFromInsideReady) {
    std::vector<std::string> seen;
    std::mutex mutex;
    Bell bell;
    std::unique_ptr<Tail> tail;
    {
        const std::lock_guard lock(mutex);  // it may be called before tail() returns
        tail = ledger().tail(0, 0, [&, ring = bell.ring()] {
            const std::lock_guard inside(mutex);
            for (const auto& entry : tail->next(10)) seen.push_back(entry.value);
            if (!seen.empty()) ring();
        });
    }
    append({"a"});
    EXPECT_TRUE(bell.wait_for_more_than(0));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(seen, std::vector<std::string>{"a"});
}

TEST_P(LedgerContract, AnyBytesComeBackAsTheyWere) {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
    const std::vector<std::string> values{every_byte, std::string(3, '\0'), "", "\xff\xfe"};
    append(values);
    EXPECT_EQ(Reader(ledger(), 0, 0).read(values.size()), values);
}

TEST_P(LedgerContract, TheLargestRecordsComeBackAsTheyWere) {
    std::vector<std::string> values;
    for (char fill = 'a'; fill < 'e'; ++fill) values.emplace_back(kMaxRecordBytes, fill);
    Reader follower(ledger(), 0, 0);
    EXPECT_EQ(append(values), 4U);
    EXPECT_TRUE(follower.read(4, 1000) == values);
    EXPECT_TRUE(Reader(ledger(), 0, 0).read(4, 1000) == values);
}

TEST_P(LedgerContract, ATailHandsOutABoundedNumberOfBytesAtOnce) {
    const std::vector<std::string> values(6, std::string(kMaxRecordBytes, 'a'));
    append(values);
    Reader follower(ledger(), 0, 0);
    std::size_t read = 0;
    while (read < values.size()) {
        const int seen = follower.bell().rung();
        const auto entries = follower.next(1000);
        ASSERT_TRUE(!entries.empty() || follower.bell().wait_for_more_than(seen));
        EXPECT_LE(entries.size(), kTailBytes / kMaxRecordBytes);
        read += entries.size();
    }
}

TEST_P(LedgerContract, PartitionsHaveLogsOfTheirOwn) {
    const Partition partitions = ledger().partitions();
    for (Partition partition = 0; partition < partitions; ++partition) {
        EXPECT_EQ(append(numbered(partition, partition + 1), partition), partition + 1);
    }
    for (Partition partition = 0; partition < partitions; ++partition) {
        const auto expected = numbered(partition, partition + 1);
        EXPECT_EQ(Reader(ledger(), partition, 0).read(expected.size()), expected);
        EXPECT_EQ(ledger().ends().at(partition), partition + 1);
    }
}

TEST_P(LedgerContract, IdentityAndRecordsSurviveReopening) {
    const std::string identity = ledger().identity();
    append(numbered(0, 10));
    reopen();
    EXPECT_EQ(ledger().identity(), identity);
    EXPECT_EQ(ledger().ends().at(0), 10U);
    EXPECT_EQ(append(numbered(10, 5)), 15U);
    reopen();
    EXPECT_EQ(Reader(ledger(), 0, 0).read(15), numbered(0, 15));
}

TEST_P(LedgerContract, TailsFollowWhileOthersAppend) {
    constexpr std::size_t kBatches = 40;
    constexpr std::size_t kPerBatch = 5;
    std::vector<std::vector<std::string>> read(3);
    std::vector<std::thread> followers;
    for (auto& values : read) {
        followers.emplace_back([this, &values] {
            values = Reader(ledger(), 0, 0).read(kBatches * kPerBatch);
        });
    }
    for (std::size_t batch = 0; batch < kBatches; ++batch) {
        append(numbered(batch * kPerBatch, kPerBatch));
    }
    for (auto& follower : followers) follower.join();
    EXPECT_THAT(read, testing::Each(numbered(0, kBatches * kPerBatch)));
}

}  // namespace consularia::ledger
