#include "ledger/log/as_of.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace samples;

/// The positions of what is passed on of these values, in one partition.
std::vector<Position> passed(const std::vector<std::string>& values, const char* moment) {
    const auto log = entries(values);
    const ForEachRecord source = [&log](const auto& callback) {
        for (const auto& entry : log) callback(0, entry);
    };
    std::vector<Position> positions;
    facts_until(source, 1, at(moment))([&](Partition, const LogEntry& entry) {
        positions.push_back(entry.position);
    });
    return positions;
}

using Positions = std::vector<Position>;

TEST(AsOf, PassesTheFactsUpToTheMoment) {
    // A record comes a minute after its predecessor, the first at 08:00.
    History history;
    const std::vector values{history.create(), history.schedule(1), history.schedule(2)};
    EXPECT_EQ(passed(values, "2030-01-01T07:59:59Z"), Positions{});
    EXPECT_EQ(passed(values, "2030-01-01T08:00:00Z"), Positions{0});
    EXPECT_EQ(passed(values, "2030-01-01T08:01:59Z"), (Positions{0, 1}));
    EXPECT_EQ(passed(values, "2031-01-01T00:00:00Z"), (Positions{0, 1, 2}));
}

TEST(AsOf, LooksAtEachOrganizationByItself) {
    History one(1);
    History other(2);
    other.set_now(at("2030-01-01T07:00:00Z"));
    const std::vector values{one.create(), other.create(), other.schedule(1)};
    EXPECT_EQ(passed(values, "2030-01-01T07:30:00Z"), (Positions{1, 2}));
}

TEST(AsOf, LeavesOutVoidRecords) {
    History history;
    const auto created = history.create();
    const std::vector values{created, created, std::string("nonsense"), history.schedule(1)};
    EXPECT_EQ(passed(values, "2031-01-01T00:00:00Z"), (Positions{0, 3}));
}

TEST(AsOf, CountsATimeThatGoesBackAsRightAfterTheOneBefore) {
    History history;
    std::vector values{history.create()};
    history.set_now(at("2020-01-01T00:00:00Z"));
    values.push_back(history.schedule(1));
    EXPECT_EQ(passed(values, "2030-01-01T07:00:00Z"), Positions{});
    EXPECT_EQ(passed(values, "2030-01-01T08:00:00Z"), Positions{0});
    EXPECT_EQ(passed(values, "2030-01-01T08:00:00.000001Z"), (Positions{0, 1}));
}

}  // namespace
}  // namespace consularia::ledger
