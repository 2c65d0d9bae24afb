// make_ledger DIR APPOINTMENTS ORGANIZATIONS: writes an embedded ledger of sample records into DIR,
// and the organizations' tokens into DIR/tokens.txt. `consularia secrets create DIR/secrets.toml`
// makes the secrets that the first start looks for.

#include "bench/sample_records.hpp"
#include "infra/rocks/ledger.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

int main(int argc, char** argv) {
    using namespace consularia;
    constexpr std::size_t kBatch = 1000;
    if (argc != 4) {
        std::cerr << "make_ledger DIR APPOINTMENTS ORGANIZATIONS\n";
        return 2;
    }
    const std::filesystem::path directory = argv[1];
    const auto appointments = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
    const auto organizations = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    std::filesystem::create_directories(directory);
    bench::SampleRecords records(appointments, organizations);
    std::ofstream tokens(directory / "tokens.txt");
    for (const auto& secret : records.secrets()) tokens << secret << "\n";
    const auto ledger = infra::rocks::open_embedded_ledger(directory / "ledger", {});
    std::vector<std::string> batch;
    for (std::uint32_t left = organizations + appointments; left > 0; --left) {
        batch.push_back(records.next());
        if (batch.size() < kBatch && left > 1) continue;
        if (!std::holds_alternative<ledger::Appended>(ledger->append(0, batch))) return 1;
        batch.clear();
    }
}
