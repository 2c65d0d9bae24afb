// A store takes what it has room for, and the processor keeps the rest; what is wanted is made for
// waiting commands only.
#include "ledger/commands/processor.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/kept.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <map>

namespace consularia::ledger {
namespace {

using namespace test;

class ApplyInSteps : public testing::Test {
  protected:
    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    TestNode other{ledger, clock};
};

TEST_F(ApplyInSteps, WhatIsNotTakenAtOnceIsAppliedBeforeAnythingIsDecided) {
    for (std::uint32_t i = 1; i <= 5; ++i) node.ask(create_organization(i));
    TestNode behind(ledger, clock, {}, {}, {.entries_at_once = 2});
    const auto number = behind.submit(schedule(1, 7));
    const auto appends = ledger.appends();
    for (const Position applied : {2U, 4U}) {
        EXPECT_TRUE(behind.processor.step());
        EXPECT_EQ(behind.processor.applied(), applied);
        EXPECT_EQ(ledger.appends(), appends);
    }
    behind.run();
    EXPECT_EQ(behind.processor.applied(), 6);
    EXPECT_TRUE(behind.reply_as<Accepted>(number));
    EXPECT_EQ(ledger.values(0).size(), 6) << "nothing was decided on an old state";
}

TEST_F(ApplyInSteps, WhatWasReadIsReadAgainAfterAFailure) {
    for (std::uint32_t i = 1; i <= 5; ++i) node.ask(create_organization(i));
    TestNode behind(ledger, clock, {}, {}, {.entries_at_once = 2});
    EXPECT_TRUE(behind.processor.step());
    behind.store.before_apply([] { throw StorageError("The test's disk."); });
    EXPECT_THROW(behind.processor.step(), StorageError);
    behind.store.before_apply({});
    behind.run();
    EXPECT_EQ(behind.processor.applied(), 5);
    EXPECT_EQ(behind.head(5).sequence, 1);
}

TEST_F(ApplyInSteps, WhatACommandWantsIsKeptForItWhileItWaits) {
    node.ask(create_organization());
    const auto document_of = [&](Submission command) {
        return document_in(std::get<Accepted>(node.ask(std::move(command))));
    };
    EXPECT_NE(document_of(schedule(1, 7)), "");
    EXPECT_NE(document_of(start(1, 7)), "");
    EXPECT_EQ(document_of(remove(1, 7)), "");
    node.submit(schedule(1, 8));
    node.submit(schedule(1, 9));
    std::map<Hash, Wanted> wanted;
    node.store.on_wanted([&](const Hash& hash, Wanted what) { wanted.emplace(hash, what); });
    other.run();
    ledger.inject(0, record_of(other.store, schedule(1, 10)));
    const auto foreign = ledger.values(0).back();
    node.run();
    EXPECT_EQ(wanted.at(sha256(foreign)), Wanted::verdict);
    EXPECT_EQ(wanted.at(sha256(ledger.values(0).back())), Wanted::rendering);
}

TEST_F(ApplyInSteps, WhatACommandDoesNotWantIsNotKept) {
    node.ask(create_organization());
    auto command = schedule(1, 7);
    command.wanted = Wanted::verdict;
    const auto accepted = std::get<Accepted>(node.ask(command));
    EXPECT_FALSE(accepted.state);
    EXPECT_FALSE(accepted.rendering.has_value());
    node.ask(start(1, 7));
    auto again = start(1, 7);
    EXPECT_TRUE(std::get<Unchanged>(node.ask(again)).state);
    again = start(1, 7);
    again.wanted = Wanted::verdict;
    EXPECT_FALSE(std::get<Unchanged>(node.ask(again)).state);
}

}  // namespace
}  // namespace consularia::ledger
