#pragma once
// A system of several nodes, a shared log, restless clients and an adversary, all in one thread and
// determined by a seed. The same seed gives the same run.

#include "tests/support/simulation/simulated_node.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace consularia::test {

struct SimulationResult {
    std::vector<std::string> complaints;  ///< Empty if there was no violation.
    std::size_t operations = 0;
    std::size_t facts = 0;
    std::size_t voids = 0;
    std::vector<std::size_t> replies;  ///< By alternative of Reply; the last one: none, node died.
};

[[nodiscard]] SimulationResult simulate(std::uint64_t seed, Fault fault = Fault::none);

}  // namespace consularia::test
