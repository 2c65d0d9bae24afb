#pragma once
// Which secrets file is used, and what it is used for.

#include "infra/crypto/secrets_file.hpp"
#include "node/data_dir.hpp"

#include <string>

namespace consularia::node {

/// The named file, which must exist, or the data directory's own, made at the first start: where
/// there is data already, a missing one is not replaced. Throws SecretsError.
[[nodiscard]] infra::Secrets open_secrets(const DataDir& dir, const std::string& named_file);

}  // namespace consularia::node
