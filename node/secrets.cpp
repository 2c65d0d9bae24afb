#include "node/secrets.hpp"

#include "infra/system_clock.hpp"

#include <algorithm>
#include <filesystem>
#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

/// Gives a file that an older version has created an audit key. Without one the server works, and
/// says that it cannot sign.
infra::Secrets load_own(const std::filesystem::path& file) {
    auto secrets = infra::load_secrets(file);
    if (!secrets.audit_keys.empty()) return secrets;
    try {
        infra::add_audit_key(file, infra::SystemClock().now());
        return infra::load_secrets(file);
    } catch (const infra::SecretsError& error) {
        spdlog::warn("there is no audit key, and none can be added: {}", error.what());
        return secrets;
    }
}

}  // namespace

infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file) {
    if (!named_file.empty()) return infra::load_secrets(named_file);
    if (std::filesystem::exists(dir.secrets())) return load_own(dir.secrets());
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
