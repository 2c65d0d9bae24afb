#pragma once
// `consularia secrets rotate-audit-key`.

#include <string>

namespace consularia::cli {

/// Adds a key that signs heads from now on to the secrets file, and says what its id is. Throws
/// SecretsError.
void rotate_audit_key(const std::string& file);

}  // namespace consularia::cli
