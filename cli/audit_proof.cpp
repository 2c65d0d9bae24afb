#include "cli/audit_proof.hpp"

#include "base/base64.hpp"
#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace consularia::cli {

namespace {

constexpr std::size_t kMaxProofBytes = 64 << 10;

std::optional<ledger::Hash> parse_hash(std::string_view text) {
    const auto bytes = parse_base64(text);
    ledger::Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::ranges::transform(*bytes, hash.begin(), [](char byte) {
        return static_cast<std::uint8_t>(byte);
    });
    return hash;
}

/// The hashes, that of the leaf first; empty if one is none.
std::vector<ledger::Hash> hashes_in(const ledger::Json& proof) {
    const auto* const path = proof.find("path");
    const auto leaf = parse_hash(proof.find_text("leaf"));
    if (path == nullptr || !path->is_array() || !leaf) return {};
    std::vector<ledger::Hash> hashes{*leaf};
    for (const auto& step : path->elements()) {
        const auto hash = parse_hash(step.string().value_or(""));
        if (!hash) return {};
        hashes.push_back(*hash);
    }
    return hashes;
}

std::optional<ledger::Frontier> parse_proof(std::string_view text, std::uint64_t size) {
    const auto json = ledger::JsonText::parse(text);
    if (!json || !json->root().is_object() || ledger::has_duplicates(json->root())) {
        return std::nullopt;
    }
    const auto hashes = hashes_in(json->root());
    if (hashes.empty()) return std::nullopt;
    return ledger::Frontier::of_last(size, hashes.front(), std::span(hashes).subspan(1));
}

}  // namespace

ledger::Frontier read_proof(const std::string& file, const AuditHead& kept) {
    auto tree = parse_proof(read_beginning(file, kMaxProofBytes), kept.head.size);
    if (!tree || tree->root() != kept.head.root) {
        throw CannotTell("proof " + file + ": it does not lead to the root of head " + kept.label);
    }
    return *std::move(tree);
}

}  // namespace consularia::cli
