// Parts are taken in their order, whichever thread is done first, and are used again.

#include "cli/ordered_work.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <stdexcept>

namespace consularia::cli {
namespace {

constexpr std::size_t kThreads = 3;
constexpr int kParts = 1000;

struct Part {
    int number = 0;
    int doubled = 0;
};

/// Numbers from 1 to `last`.
OrderedWork<Part>::Fill numbers_to(int last) {
    return [last, next = 0](Part& part) mutable {
        part.number = ++next;
        return next <= last;
    };
}

void double_it(Part& part) {
    part.doubled = 2 * part.number;
}

TEST(OrderedWork, GivesAllPartsInTheirOrder) {
    OrderedWork<Part> work(kThreads, numbers_to(kParts), double_it);
    for (int number = 1; number <= kParts; ++number) {
        const auto* const part = work.next();
        ASSERT_NE(part, nullptr);
        EXPECT_EQ(part->doubled, 2 * number);
    }
    EXPECT_EQ(work.next(), nullptr);
    EXPECT_EQ(work.next(), nullptr);
}

TEST(OrderedWork, WaitsForAPartThatLaterOnesOvertake) {
    std::latch others(kThreads - 1);
    OrderedWork<Part> work(kThreads, numbers_to(kParts), [&](Part& part) {
        if (part.number == 1) others.wait();
        if (part.number == 2 || part.number == 3) others.count_down();
        double_it(part);
    });
    for (int number = 1; number <= kParts; ++number) EXPECT_EQ(work.next()->doubled, 2 * number);
}

TEST(OrderedWork, HasAFewPartsThatAreUsedAgain) {
    OrderedWork<Part> work(kThreads, numbers_to(kParts), double_it);
    std::set<const Part*> places;
    while (const auto* const part = work.next()) places.insert(part);
    EXPECT_EQ(places.size(), kThreads + 2);
}

TEST(OrderedWork, HasNoPartIfThereIsNone) {
    OrderedWork<Part> work(kThreads, numbers_to(0), double_it);
    EXPECT_EQ(work.next(), nullptr);
}

TEST(OrderedWork, EndsEvenIfNotAllIsTaken) {
    std::atomic<int> filled = 0;
    {
        OrderedWork<Part> work(
            kThreads,
            [&](Part&) {
                ++filled;
                return true;
            },
            double_it
        );
        ASSERT_NE(work.next(), nullptr);
    }
    EXPECT_LE(filled.load(), static_cast<int>(kThreads) + 2);
}

/// What next() throws, and how many parts it gave before.
void expect_failure_of(OrderedWork<Part>& work, int number) {
    for (int before = 1; before < number; ++before) EXPECT_EQ(work.next()->number, before);
    EXPECT_THROW((void)work.next(), std::runtime_error);
}

TEST(OrderedWork, ThrowsWhatFillingThrewInThePlaceOfThatPart) {
    auto fill = [next = 0](Part& part) mutable {
        part.number = ++next;
        if (next == 7) throw std::runtime_error("cannot be read");
        return true;
    };
    OrderedWork<Part> work(kThreads, fill, double_it);
    expect_failure_of(work, 7);
}

TEST(OrderedWork, ThrowsWhatWorkThrewInThePlaceOfThatPart) {
    OrderedWork<Part> work(kThreads, numbers_to(kParts), [](Part& part) {
        if (part.number == 7) throw std::runtime_error("no memory");
    });
    expect_failure_of(work, 7);
}

}  // namespace
}  // namespace consularia::cli
