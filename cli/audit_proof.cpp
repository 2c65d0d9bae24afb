#include "cli/audit_proof.hpp"

#include "ledger/record/json_text.hpp"
#include "ledger/record/proof_json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace consularia::cli {

namespace {

constexpr std::size_t kMaxProofBytes = 64 << 10;

std::optional<ledger::Frontier> parse_proof(std::string_view text, std::uint64_t size) {
    const auto json = ledger::JsonText::parse(text);
    if (!json || !json->root().is_object() || ledger::has_duplicates(json->root())) {
        return std::nullopt;
    }
    const auto leaf = ledger::hash_of_base64(json->root().find_text("leaf"));
    const auto path = ledger::read_path(json->root());
    if (!leaf || !path) return std::nullopt;
    return ledger::Frontier::of_last(size, *leaf, *path);
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
