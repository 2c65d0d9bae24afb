#pragma once
// One organization's history with every type of event, every kind of actor, with and without
// Idempotency-Key; tests/unit/ledger/golden holds the same as bytes.

#include "ledger/record/record.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {

struct GoldenRecord {
    std::string name;  ///< Its file's, without ".json".
    Record record;
};

void PrintTo(const GoldenRecord& golden, std::ostream* out);  // NOLINT: gtest finds it by this name

/// A chain: the sequences are 1, 2, 3 … and each prevhash is the hash of the value before.
[[nodiscard]] const std::vector<GoldenRecord>& golden_records();

/// The first of the records whose name has this in it.
[[nodiscard]] const Record& golden(std::string_view name);

/// The value with one passage replaced, which must be in it.
[[nodiscard]] std::string replaced(
    std::string value, std::string_view passage, std::string_view replacement
);

[[nodiscard]] std::filesystem::path project_root();
[[nodiscard]] std::filesystem::path golden_path(const std::string& name);

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The values of the golden files, in order.
[[nodiscard]] std::vector<std::string> golden_values();

}  // namespace consularia::ledger
