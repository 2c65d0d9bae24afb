// An organization that floods a partition delays only its own commands: what its worker decides
// next, and how much of it.

#include "ledger/commands/processor.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/acceptance.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace test;

constexpr std::uint32_t kLarge = 7;  // the number of an appointment with 1,000 participants

class FairSharesTest : public testing::Test {
  protected:
    FairSharesTest() {
        node.ask(create_organization(1));
        node.ask(create_organization(2));
        auto command = samples::schedule_command();
        command.id = samples::appointment_id(kLarge);
        command.participants = samples::guests(1, domain::limits::kParticipants.accepted);
        node.ask(submission(1, std::move(command)));
        before = ledger.values(0).size();
    }

    void step_until_answered(std::size_t number) {
        for (int i = 0; i < 1000 && !node.reply(number); ++i) node.processor.step();
        ASSERT_TRUE(node.reply(number));
    }

    /// The organizations of the records that were appended since the beginning.
    std::vector<std::uint32_t> writers() {
        std::vector<std::uint32_t> organizations;
        const auto values = ledger.values(0);
        for (std::size_t i = before; i < values.size(); ++i) {
            const bool first =
                read_chain_link(values[i])->organization == samples::organization_id(1);
            organizations.push_back(first ? 1 : 2);
        }
        return organizations;
    }

    std::vector<std::size_t> rename_large(int times, const std::string& title, bool differing) {
        std::vector<std::size_t> numbers;
        for (int i = 0; i < times; ++i) {
            const std::string suffix = differing ? " " + std::to_string(i) : "";
            numbers.push_back(node.submit(rename(1, kLarge, title + suffix)));
        }
        return numbers;
    }

    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    std::size_t before = 0;
};

TEST_F(FairSharesTest, AFloodOfOneDoesNotDelayAnother) {
    for (std::uint32_t i = 0; i < 200; ++i) node.submit(schedule(1, 100 + i));
    const auto other = node.submit(schedule(2, 1));
    step_until_answered(other);
    const auto organizations = writers();
    const auto place = std::find(organizations.begin(), organizations.end(), 2);
    EXPECT_LE(place - organizations.begin(), 40) << "after a turn of the first";
    node.run();
    EXPECT_EQ(writers().size(), 201);
}

TEST_F(FairSharesTest, AnOrganizationThatWritesLargeRowsWaitsAccordingly) {
    (void)rename_large(20, "Renamed", true);
    for (std::uint32_t i = 0; i < 50; ++i) node.submit(schedule(2, 100 + i));
    node.run();
    const auto organizations = writers();
    ASSERT_EQ(organizations.size(), 70);
    EXPECT_EQ(organizations.front(), 1);
    EXPECT_EQ(std::count(organizations.begin() + 1, organizations.begin() + 51, 2), 50)
        << "fifty small ones cost less than one large one";
}

TEST_F(FairSharesTest, ABatchEndsAtWhatItsRowsCostNotOnlyItsRecords) {
    const auto appends = ledger.appends();
    (void)rename_large(10, "Renamed", true);
    node.run();
    EXPECT_EQ(ledger.appends() - appends, 10) << "each rewrites the whole row";

    clock.advance(CommandQueue::kAloneAfter);
    for (std::uint32_t i = 0; i < 100; ++i) node.submit(schedule(1, 100 + i));
    node.run();
    EXPECT_EQ(ledger.appends() - appends, 11) << "small ones still share an append";
}

TEST_F(FairSharesTest, WhatChangesNothingCostsWhatItReads) {
    node.ask(rename(1, kLarge, "The same"));
    const auto flood = rename_large(20, "The same", false);
    const auto other = node.submit(schedule(2, 1));
    step_until_answered(other);
    const auto answered = std::count_if(flood.begin(), flood.end(), [&](std::size_t number) {
        return node.reply(number).has_value();
    });
    EXPECT_LE(answered, 4);
    node.run();
    EXPECT_TRUE(node.reply_as<Unchanged>(flood.back()));
}

TEST_F(FairSharesTest, WhatCouldNotBeDecidedIsNotPaidForTwice) {
    TestNode roomy(ledger, clock, {.batch_bytes = 8 << 20});
    roomy.run();
    roomy.submit(rename(1, kLarge, "Renamed"));
    roomy.submit(rename(1, kLarge, "Renamed again"));
    for (std::uint32_t i = 0; i < 200; ++i) roomy.submit(schedule(2, 100 + i));
    for (int works = 0; works < 6; ++works) {  // a turn has more of them
        int reads = 0;
        roomy.store.fail_lookups([&] { return ++reads > works; });
        EXPECT_THROW(roomy.processor.step(), StorageError);
    }
    roomy.store.fail_lookups({});
    roomy.run();
    const auto organizations = writers();
    ASSERT_EQ(organizations.size(), 202);
    const auto first = std::find(organizations.begin(), organizations.end(), 1);
    EXPECT_LE(first - organizations.begin(), 40) << "after a turn of the other's";
}

}  // namespace
}  // namespace consularia::ledger
