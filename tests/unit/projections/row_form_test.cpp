// The rows of one history, to the byte. Stores hold such rows: whoever changes them must raise
// kSchemaVersion, or older stores are misread or lack what is new.

#include "base/hex.hpp"
#include "ledger/record/hash.hpp"
#include "projections/table.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

/// The first golden records; later ones would change the rows.
std::vector<std::string> first_golden_records() {
    constexpr std::size_t kCount = 24;
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator("tests/unit/ledger/golden")) {
        files.push_back(file.path());
    }
    std::ranges::sort(files);
    files.resize(kCount);
    std::vector<std::string> values;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        std::getline(file, values.emplace_back());
    }
    return values;
}

/// A short hash of all rows, by table.
std::map<std::string, std::string> forms(const test::MemoryReadStore& store) {
    std::map<std::string, std::string> forms;
    for (const auto& [table, rows] : rows_beside_meta(store)) {
        std::string text;
        for (const auto& [key, value] : rows) {
            text += to_hex(key);
            text += ' ';
            text += to_hex(value);
            text += '\n';
        }
        forms[table] = ledger::to_hex(ledger::sha256(text)).substr(0, 16);
    }
    return forms;
}

TEST(RowForm, IsTheOneOfTheSchemaVersion) {
    Node node;
    for (const auto& judged : node.apply(first_golden_records())) {
        EXPECT_TRUE(judged.fact && !judged.frozen) << judged.position;
    }
    const std::map<std::string, std::string> expected{
        {"activity", "e9121c83035eca68"},        {"appointments", "44e2b97562f90e0f"},
        {"by_change", "891b4514a18e6706"},       {"by_participant", "13e66bced93d6363"},
        {"by_start", "f92670f88685e238"},        {"changes", "241af80c075c2278"},
        {"deadline_starts", "0eab63ebb69a7514"}, {"deadlines", "d5c30d33e9298edd"},
        {"heads", "b17870087747c300"},           {"history", "59e5076c53660d0d"},
        {"idempotency", "a28e067dcf880736"},     {"idempotency_age", "f10bcd29580a5274"},
        {"issued_tokens", "32f46e0a84dd0491"},   {"next_deadlines", "7989612bb664719e"},
        {"organizations", "2d301e570f78f53e"},   {"organizations_by_creation", "9e6e7e3060b6ddfa"},
        {"ranks", "908d36736176b4f5"},           {"states", "177881547260c9ed"},
        {"tokens", "27cc806baf474c51"},          {"webhook_changes", "3fe3db869e12099b"},
        {"webhooks", "708e4f99d1327bd6"}};
    EXPECT_EQ(kSchemaVersion, 7);
    EXPECT_EQ(forms(node.store), expected)
        << "rows of another form: raise kSchemaVersion, then put it and the new hashes here";
}

TEST(RowForm, IsAPartOfTheFingerprint) {
    EXPECT_EQ(
        expected_fingerprint(PlainLinks(), std::chrono::seconds(7)),
        std::to_string(kSchemaVersion) + " 7000000 plain"
    );
}

}  // namespace
}  // namespace consularia::projections
