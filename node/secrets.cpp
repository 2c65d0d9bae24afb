#include "node/secrets.hpp"

#include <algorithm>
#include <filesystem>

namespace consularia::node {

infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file) {
    if (!named_file.empty()) return infra::load_secrets(named_file);
    if (std::filesystem::exists(dir.secrets())) return infra::load_secrets(dir.secrets());
    const auto data = {dir.ledger(), dir.journal(), dir.read_store(), dir.read_store_rebuilt()};
    if (std::ranges::any_of(data, [](const auto& part) { return std::filesystem::exists(part); })) {
        throw infra::SecretsError(
            dir.secrets().string() +
            " is missing: restore it, or create another with `consularia " +
            "secrets create`, which invalidates the admin key and all access links."
        );
    }
    infra::create_secrets(dir.secrets());
    return infra::load_secrets(dir.secrets());
}

}  // namespace consularia::node
