#include "ledger/record/proof_json.hpp"

#include "base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace consularia::ledger {

std::string base64_of(const Hash& hash) {
    return to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::optional<Hash> hash_of_base64(std::string_view text) {
    const auto bytes = parse_base64(text);
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::ranges::transform(*bytes, hash.begin(), [](char byte) {
        return static_cast<std::uint8_t>(byte);
    });
    return hash;
}

void write_path(JsonWriter& json, const std::vector<Hash>& path) {
    json.begin_array("path");
    for (const auto& hash : path) json.element(base64_of(hash));
    json.end_array();
}

std::optional<std::vector<Hash>> read_path(const Json& object) {
    const auto* const path = object.find("path");
    if (path == nullptr || !path->is_array()) return std::nullopt;
    std::vector<Hash> hashes;
    for (const auto& step : path->elements()) {
        const auto hash = hash_of_base64(step.string().value_or(""));
        if (!hash) return std::nullopt;
        hashes.push_back(*hash);
    }
    return hashes;
}

}  // namespace consularia::ledger
