#pragma once
// Which secrets file is used, and for what.

#include "infra/crypto/secrets_file.hpp"
#include "node/data_dir.hpp"

#include <string>

namespace consularia::node {

/// The named file, which must exist, or the data directory's own, which the first start creates: if
/// there is data already, a missing file is not replaced. The directory's own gets an audit key if
/// it has none. Throws SecretsError.
[[nodiscard]] infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file);

}  // namespace consularia::node
