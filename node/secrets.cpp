#include "node/secrets.hpp"

#include <algorithm>
#include <filesystem>

namespace consularia::node {

infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file) {
    if (!named_file.empty()) return infra::load_secrets(named_file);
    if (std::filesystem::exists(dir.secrets())) return infra::load_secrets(dir.secrets());
    const auto is_there = [](const auto& path) { return std::filesystem::exists(path); };
    if (std::ranges::any_of(dir.databases(), is_there)) {
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
