#pragma once
// One organization's history with every type of event, every kind of actor, with and without
// Idempotency-Key; tests/unit/ledger/golden holds the same as bytes.

#include "ledger/record.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace consularia::ledger {

struct GoldenRecord {
    std::string name;  ///< Of its file, without ".json".
    Record record;
};

/// A chain: the sequences are 1, 2, 3 … and each prevhash is the hash of the value before.
[[nodiscard]] const std::vector<GoldenRecord>& golden_records();

[[nodiscard]] std::filesystem::path project_root();
[[nodiscard]] std::filesystem::path golden_path(const std::string& name);

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The values of the golden files, in order.
[[nodiscard]] std::vector<std::string> golden_values();

}  // namespace consularia::ledger
