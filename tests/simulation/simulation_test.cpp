// Thousands of schedules of a whole system under an adversary. A failing seed is printed; run it
// again with CONSULARIA_SIMULATION_SEED=<seed>, more seeds with
// CONSULARIA_SIMULATION_SEEDS=<count>.

#include "tests/support/simulation/simulation.hpp"

#include "ledger/commands/command.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <variant>

namespace consularia::test {
namespace {

constexpr std::uint64_t kSeeds = 3000;
/// A planted fault is found within this many seeds.
constexpr std::uint64_t kSeedsForFault = 500;

std::optional<std::uint64_t> number_from_environment(const char* name) {
    const char* text = std::getenv(name);
    return text ? std::optional<std::uint64_t>(std::strtoull(text, nullptr, 10)) : std::nullopt;
}

std::string report(std::uint64_t seed, const SimulationResult& result) {
    std::string text = "CONSULARIA_SIMULATION_SEED=" + std::to_string(seed);
    for (const std::string& complaint : result.complaints) text += "\n  " + complaint;
    return text;
}

TEST(SimulationTest, EveryAnswerIsTrueWhateverHappens) {
    const auto only = number_from_environment("CONSULARIA_SIMULATION_SEED");
    const auto count = number_from_environment("CONSULARIA_SIMULATION_SEEDS").value_or(kSeeds);
    const std::uint64_t first = only.value_or(1);
    SimulationResult sum;
    sum.replies.resize(std::variant_size_v<ledger::Reply> + 1);  // The last: none was given.
    for (std::uint64_t seed = first; seed < first + (only ? 1 : count); ++seed) {
        const SimulationResult result = simulate(seed);
        ASSERT_TRUE(result.complaints.empty()) << report(seed, result);
        sum.operations += result.operations;
        sum.facts += result.facts;
        sum.voids += result.voids;
        for (std::size_t i = 0; i < sum.replies.size(); ++i) sum.replies[i] += result.replies[i];
    }
    RecordProperty("operations", std::to_string(sum.operations));
    RecordProperty("facts", std::to_string(sum.facts));
    RecordProperty("voids", std::to_string(sum.voids));
    // Every kind of answer was given, so none went unchecked, except two: no simulated client sends
    // what is RecordTooLarge, and none of their records ends time (NoTimeLeft).
    const std::set<std::size_t> unseen{6, 8};
    for (std::size_t i = 0; i < sum.replies.size(); ++i) {
        EXPECT_TRUE(only || unseen.contains(i) || sum.replies[i] > 0) << "no reply of kind " << i;
    }
}

TEST(SimulationTest, TheSameSeedGivesTheSameRun) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const SimulationResult a = simulate(seed);
        const SimulationResult b = simulate(seed);
        EXPECT_EQ(a.replies, b.replies);
        EXPECT_EQ(a.facts, b.facts);
        EXPECT_EQ(a.voids, b.voids);
    }
}

class PlantedFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(PlantedFaultTest, IsFound) {
    for (std::uint64_t seed = 1; seed <= kSeedsForFault; ++seed) {
        const SimulationResult result = simulate(seed, GetParam());
        if (result.complaints.empty()) continue;
        RecordProperty("found_with_seed", std::to_string(seed));
        return;
    }
    FAIL() << "The simulation is blind to this fault.";
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    PlantedFaultTest,
    testing::Values(
        Fault::answers_before_the_verdict,
        Fault::accepts_without_prevhash,
        Fault::accepts_everything,
        Fault::refuses_without_sync,
        Fault::decides_unknown_fates_again
    )
);

}  // namespace
}  // namespace consularia::test
