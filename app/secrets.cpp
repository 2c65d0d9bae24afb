#include "app/secrets.hpp"

#include <filesystem>

namespace consularia::app {

infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file) {
    if (!named_file.empty()) return infra::load_secrets(named_file);
    if (!std::filesystem::exists(dir.secrets())) infra::create_secrets(dir.secrets());
    return infra::load_secrets(dir.secrets());
}

}  // namespace consularia::app
