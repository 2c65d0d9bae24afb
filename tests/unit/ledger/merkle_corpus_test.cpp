// The corpus of proofs that transparency-dev/merkle publishes for implementations of RFC 6962 and
// RFC 9162 (its folder testdata), as one line of JSON for each case.

#include "ledger/record/hash.hpp"
#include "ledger/record/merkle.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using Case = nlohmann::json;

constexpr auto kShortHashes = "consistency/additional/sizes-are-equal-one-and-proof-is-empty";

/// Some cases have hashes of other lengths, which our types cannot hold; one of them is valid.
std::optional<Hash> hash_of(const Case& given, const char* name) {
    return parse_hash(given.at(name).get<std::string>());
}

std::optional<std::vector<Hash>> path_of(const Case& given) {
    std::vector<Hash> path;
    for (const auto& step : given.at("path")) {
        const auto hash = parse_hash(step.get<std::string>());
        if (!hash) return std::nullopt;
        path.push_back(*hash);
    }
    return path;
}

std::uint64_t number(const Case& given, const char* name) {
    return given.at(name).get<std::uint64_t>();
}

bool proves_inclusion(const Case& given) {
    const auto leaf = hash_of(given, "leaf");
    const auto root = hash_of(given, "root");
    const auto path = path_of(given);
    return leaf && root && path &&
           verify_inclusion(*leaf, number(given, "index"), number(given, "size"), *path, *root);
}

bool proves_consistency(const Case& given) {
    const auto older = hash_of(given, "from_root");
    const auto newer = hash_of(given, "to_root");
    const auto path = path_of(given);
    return older && newer && path &&
           verify_consistency(number(given, "from"), number(given, "to"), *path, *older, *newer);
}

TEST(MerkleCorpusTest, ExactlyTheValidProofsAreAccepted) {
    std::ifstream file("tests/unit/ledger/rfc6962_proofs.ndjson");
    std::size_t accepted = 0;
    std::size_t refused = 0;
    for (std::string line; std::getline(file, line);) {
        const auto given = Case::parse(line);
        const bool valid =
            given.at("proof") == "inclusion" ? proves_inclusion(given) : proves_consistency(given);
        const bool fits = given.at("case") != kShortHashes;
        EXPECT_EQ(valid, given.at("valid").get<bool>() && fits) << given.at("case");
        ++(valid ? accepted : refused);
    }
    EXPECT_EQ(accepted, 11U);
    EXPECT_EQ(refused, 185U);
}

}  // namespace
}  // namespace consularia::ledger
