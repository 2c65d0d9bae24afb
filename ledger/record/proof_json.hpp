#pragma once
// Hashes as proofs in JSON give them: docs/auditing.md.

#include "base/json_writer.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {

[[nodiscard]] std::string base64_of(const Hash& hash);
/// Reads exactly what base64_of prints.
[[nodiscard]] std::optional<Hash> hash_of_base64(std::string_view text);

/// The member `path`, an array of such hashes.
void write_path(JsonWriter& json, const std::vector<Hash>& path);
/// That member of an object; empty if it is anything else.
[[nodiscard]] std::optional<std::vector<Hash>> read_path(const Json& object);

}  // namespace consularia::ledger
