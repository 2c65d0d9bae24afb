// make_ledger DIR EVENTS: writes an embedded ledger with EVENTS appointments in a thousand
// organizations, to measure how long a start or a rebuild takes. `consularia secrets create
// DIR/secrets.toml` makes the secrets that the first start looks for.

#include "infra/rocks/ledger.hpp"
#include "tests/support/record_samples.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

int main(int argc, char** argv) {
    using namespace consularia;
    constexpr std::uint32_t kOrganizations = 1000;
    constexpr std::size_t kBatch = 1000;
    if (argc != 3) {
        std::cerr << "make_ledger DIR EVENTS\n";
        return 2;
    }
    const auto events = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
    std::filesystem::create_directories(argv[1]);
    std::vector<samples::History> histories;
    for (std::uint32_t n = 0; n < kOrganizations; ++n) histories.emplace_back(n + 1);
    const auto ledger =
        infra::rocks::open_embedded_ledger(std::filesystem::path(argv[1]) / "ledger", {});
    std::vector<std::string> batch;
    for (std::uint32_t event = 0; event < events; ++event) {
        auto& history = histories[event % kOrganizations];
        const auto number = event / kOrganizations;
        batch.push_back(number == 0 ? history.create() : history.schedule(number));
        if (batch.size() < kBatch && event + 1 < events) continue;
        if (!std::holds_alternative<ledger::Appended>(ledger->append(0, batch))) return 1;
        batch.clear();
    }
    return 0;
}
