#include "ledger/commands/queue.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr auto kTurn = static_cast<std::size_t>(CommandQueue::kTurnBytes);

class CommandQueueTest : public testing::Test {
  protected:
    /// A command with the number of its appointment.
    Pending command(
        std::uint32_t organization, std::uint32_t number, milliseconds deadline = milliseconds(5000)
    ) {
        return {due(schedule(organization, number), deadline), [this, number](const Reply& reply) {
                    answered.push_back(number);
                    why = std::get<Unavailable>(reply).why;
                }};
    }

    void push(
        std::uint32_t organization, std::uint32_t number, milliseconds deadline = milliseconds(5000)
    ) {
        std::vector<Pending> commands;
        commands.push_back(command(organization, number, deadline));
        queue.push_back(std::move(commands));
    }

    /// Numbers from first on.
    void push_many(std::uint32_t organization, std::uint32_t first, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) push(organization, first + i);
    }

    static std::uint32_t number_of(const Pending& command) {
        const auto& named = std::get<domain::AppointmentCommand>(command.submission.command);
        for (std::uint32_t number = 0;; ++number) {
            if (domain::target_of(named) == samples::appointment_id(number)) return number;
        }
    }

    static std::uint32_t organization_of(const Pending& command) {
        return command.submission.organization == samples::organization_id(1) ? 1 : 2;
    }

    Pending pop(std::size_t cost) { return queue.pop_front(cost); }

    /// The numbers of the commands of one round, if each command of an organization has this cost.
    std::vector<std::uint32_t> round(std::size_t cost_of_1, std::size_t cost_of_2) {
        std::vector<std::uint32_t> numbers;
        queue.begin_round(now);
        while (const Pending* next = queue.front()) {
            numbers.push_back(number_of(*next));
            (void)pop(organization_of(*next) == 1 ? cost_of_1 : cost_of_2);
        }
        return numbers;
    }

    CommandQueue queue;
    Clock::Steady now{};
    std::vector<std::uint32_t> answered;
    std::string why;
};

TEST_F(CommandQueueTest, AnOrganizationThatIsAloneIsServedInOrderAndWithoutAnEnd) {
    push_many(1, 9, 6);
    EXPECT_EQ(round(10 * kTurn, 0).size(), 1) << "nobody knows yet whether it is alone";
    now += CommandQueue::kAloneAfter;
    EXPECT_EQ(round(10 * kTurn, 0), (std::vector<std::uint32_t>{10, 11, 12, 13, 14}));
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.front(), nullptr);
}

TEST_F(CommandQueueTest, OrganizationsHaveTheirTurnsOneAfterTheOther) {
    push_many(1, 100, 1000);
    push_many(2, 1, 2);
    EXPECT_EQ(round(kTurn / 4, kTurn / 4), (std::vector<std::uint32_t>{100, 101, 102, 103, 1, 2}))
        << "a turn ends once its bytes are used up, and the round with the last turn";
}

TEST_F(CommandQueueTest, NobodyIsAloneRightAfterAnother) {
    push(2, 1);
    push_many(1, 100, 1000);
    EXPECT_EQ(round(kTurn / 4, kTurn / 4).size(), 5);
    EXPECT_EQ(round(kTurn / 4, 0).size(), 4) << "the other may come again";
    now += CommandQueue::kAloneAfter - std::chrono::microseconds(1);
    EXPECT_EQ(round(kTurn / 4, 0).size(), 4);
    push(2, 2);
    EXPECT_EQ(round(kTurn / 4, kTurn / 4).size(), 5) << "and so it does";
    now += std::chrono::microseconds(1);
    EXPECT_EQ(round(kTurn / 4, 0).size(), 4) << "counted from then on";
    now += CommandQueue::kAloneAfter;
    EXPECT_EQ(round(kTurn / 4, 0).size(), 1000 - 20) << "alone by now";
}

TEST_F(CommandQueueTest, ATurnTakesAboutAsLongAsAnAppend) {
    using std::chrono::milliseconds;
    push(2, 1);
    push_many(1, 100, 5000);
    EXPECT_EQ(round(kTurn / 4, kTurn / 4).size(), 5);
    for (int i = 0; i < 100; ++i) queue.adapt(kTurn, milliseconds(10), milliseconds(1));
    (void)round(kTurn / 4, 0);  // Its credit is still of a short turn.
    EXPECT_NEAR(static_cast<double>(round(kTurn / 4, 0).size()), 4 * 10, 1);
    for (int i = 0; i < 100; ++i) queue.adapt(kTurn, milliseconds(1), milliseconds(100));
    (void)round(kTurn / 4, 0);
    EXPECT_NEAR(static_cast<double>(round(kTurn / 4, 0).size()), 4, 1) << "never shorter";
    for (int i = 0; i < 100; ++i) queue.adapt(kTurn, milliseconds(1000), milliseconds(1));
    (void)round(kTurn / 4, 0);
    const double longest = 4.0 * CommandQueue::kLongestTurnBytes / CommandQueue::kTurnBytes;
    EXPECT_NEAR(static_cast<double>(round(kTurn / 4, 0).size()), longest, longest / 20);
}

TEST_F(CommandQueueTest, SharesAreOfBytesNotOfCommands) {
    push_many(1, 1000, 10);
    push_many(2, 1, 4000);
    std::map<std::uint32_t, std::size_t> bytes;
    std::map<std::uint32_t, std::size_t> commands;
    const std::size_t large = 7 * kTurn;
    const std::size_t small = kTurn / 50;
    while (commands[1] < 10) {
        queue.begin_round(now);
        std::size_t in_round = 0;
        while (const Pending* next = queue.front()) {
            const auto organization = organization_of(*next);
            const std::size_t cost = organization == 1 ? large : small;
            (void)pop(cost);
            bytes[organization] += cost;
            ++commands[organization];
            in_round += cost;
        }
        ASSERT_LE(in_round, large + kTurn + small) << "nobody has more than one turn in a round";
        ASSERT_LE(bytes[1], bytes[2] + large + kTurn);
        ASSERT_LE(bytes[2], bytes[1] + large + kTurn);
    }
    EXPECT_GT(commands[2], 300 * 9);
}

TEST_F(CommandQueueTest, ADebtStaysWhenItsOrganizationHasNothingWaiting) {
    push(1, 1);
    push_many(2, 100, 500);
    EXPECT_EQ(round(10 * kTurn, kTurn).size(), 2);
    push(1, 2);
    for (int turn = 0; turn < 8; ++turn) {
        EXPECT_EQ(round(kTurn, kTurn).size(), 1) << "the other's only";
    }
    while (queue.size() > 480) (void)round(kTurn, kTurn);
    EXPECT_TRUE(answered.empty());
    push(1, 3);
    const auto served = round(kTurn, kTurn);
    EXPECT_EQ(std::count(served.begin(), served.end(), 3), 1) << "by now it is paid";
}

TEST_F(CommandQueueTest, ADebtIsForgivenWhenNothingWaits) {
    push(1, 1);
    (void)round(100 * kTurn, 0);
    push_many(1, 1, 2);
    push_many(2, 11, 2);
    EXPECT_EQ(round(1, 1).size(), 4);
}

TEST_F(CommandQueueTest, WhatComesBackIsFirstOfItsOrganizationAndCostsNothing) {
    push_many(1, 1, 4);
    push_many(2, 11, 2);
    queue.begin_round(now);
    std::vector<Pending> taken;
    for (int i = 0; i < 3; ++i) taken.push_back(pop(kTurn / 4));
    queue.push_front(std::move(taken));
    EXPECT_EQ(queue.size(), 6);
    EXPECT_EQ(round(kTurn / 4, 1), (std::vector<std::uint32_t>{1, 2, 3, 4, 11, 12}));
}

TEST_F(CommandQueueTest, WhatComesBackLateLeavesNoDebt) {
    push_many(1, 1, 2);
    push_many(2, 11, 10);
    queue.begin_round(now);
    std::vector<Pending> taken;
    taken.push_back(pop(50 * kTurn));
    EXPECT_EQ(round(1, 2 * kTurn), (std::vector<std::uint32_t>{11}));
    queue.push_front(std::move(taken));
    const auto next = round(1, 2 * kTurn);
    EXPECT_EQ(std::count(next.begin(), next.end(), 1), 1);
    EXPECT_EQ(std::count(next.begin(), next.end(), 2), 1);
}

TEST_F(CommandQueueTest, WhatIsOverdueIsAnsweredAndTheOthersKeepTheirOrder) {
    push(1, 1, milliseconds(100));
    push(1, 2, milliseconds(300));
    push(1, 3, milliseconds(200));
    push(2, 11, milliseconds(200));
    push(1, 4, milliseconds(300));
    queue.answer_overdue(Clock::Steady(std::chrono::milliseconds(99)));
    EXPECT_TRUE(answered.empty());
    queue.answer_overdue(Clock::Steady(std::chrono::milliseconds(200)));
    EXPECT_EQ(answered, (std::vector<std::uint32_t>{1, 3, 11}));
    EXPECT_EQ(why, "Not carried out in time.");
    EXPECT_EQ(queue.size(), 2);
    EXPECT_EQ(round(1, 1), (std::vector<std::uint32_t>{2, 4}));
}

TEST_F(CommandQueueTest, AbandonAnswersEverything) {
    push_many(1, 1, 3);
    push_many(2, 11, 1);
    queue.abandon("The end.");
    EXPECT_EQ(answered.size(), 4);
    EXPECT_EQ(why, "The end.");
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace consularia::ledger
