#pragma once
// A tail as a test reads it: with a bell to wait for, and its positions checked.

#include "ledger/log/ledger.hpp"
#include "tests/support/answer.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace consularia::test {

/// Wakes a test when a tail may have more.
class Bell {
  public:
    std::function<void()> ring() {
        return [this] {
            const std::lock_guard lock(mutex_);
            ++rung_;
            changed_.notify_all();
        };
    }

    int rung() const {
        const std::lock_guard lock(mutex_);
        return rung_;
    }

    /// Whether it has rung more often than this by the deadline.
    bool wait_for_more_than(int seen) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kLongEnough, [&] { return rung_ > seen; });
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int rung_ = 0;
};

/// A tail with its bell.
class Reader {
  public:
    Reader(ledger::Ledger& ledger, ledger::Partition partition, ledger::Position from)
        : tail_(ledger.tail(partition, from, bell_.ring())), next_(from) {}

    /// Reads this many more values, waiting for them, and checks their positions.
    std::vector<std::string> read(std::size_t count, std::size_t limit = 7) {
        std::vector<std::string> values;
        while (values.size() < count) {
            const int seen = bell_.rung();
            auto entries = tail_->next(limit);
            EXPECT_LE(entries.size(), limit);
            for (auto& entry : entries) {
                EXPECT_EQ(entry.position, next_++);
                values.push_back(std::move(entry.value));
            }
            if (entries.empty() && !bell_.wait_for_more_than(seen)) {
                ADD_FAILURE() << "only " << values.size() << " of " << count << " values came";
                break;
            }
        }
        return values;
    }

    std::vector<ledger::LogEntry> next(std::size_t limit) { return tail_->next(limit); }

    Bell& bell() { return bell_; }

  private:
    Bell bell_;
    std::unique_ptr<ledger::Tail> tail_;
    ledger::Position next_;
};

inline std::vector<std::string> numbered(std::size_t from, std::size_t count) {
    std::vector<std::string> values;
    for (std::size_t i = from; i < from + count; ++i)
        values.push_back("value " + std::to_string(i));
    return values;
}

}  // namespace consularia::test
