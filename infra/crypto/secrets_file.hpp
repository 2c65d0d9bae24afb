#pragma once
// The secrets of a server, in a TOML file that only its owner can read (or root's, and our
// group's):
//
//     admin_key = "…"            # 32 to 255 visible ASCII characters
//     request_key = "…"          # at least 64 hex digits
//     webhook_key = "…"          # optional, at least 64 hex digits; derived from request_key
//     [[link_keys]]              # the one with the highest id signs, all of them verify
//     id = 1                     # 1 to 255
//     key = "…"                  # at least 64 hex digits
//     meeting_jwt_secret = "…"   # optional, before [[link_keys]]: 32 to 255 visible ASCII
//     characters
//     [[audit_keys]]             # optional; sign the heads of organizations
//     id = 1                     # 1 to 255; the highest one that is valid signs
//     seed = "…"                 # 64 hex digits: an Ed25519 private key
//     valid_from = "…"           # a datetime
//     valid_to = "…"             # optional; without it, that is where the next one begins

#include "infra/crypto/audit_keys.hpp"
#include "infra/crypto/signed_links.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace consularia::infra {

/// The file is missing, unsafe or invalid. The message is one sentence without any of the secrets.
class SecretsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct Secrets {
    std::string admin_key;
    std::string request_key;  ///< Raw bytes; the key for the hashes of idempotent requests.
    std::vector<LinkKey> link_keys;
    std::string meeting_jwt_secret;  ///< Shared with the meeting service; empty without one.
    std::string webhook_key;         ///< Raw bytes; what the secrets of webhooks are derived from.
    std::vector<AuditKey> audit_keys;  ///< By id; empty in a file of an older version.
};

/// Writes a file with new random secrets, mode 0600, durably. Throws SecretsError, also if the file
/// already exists.
void create_secrets(const std::filesystem::path& file);

/// Adds an audit key that is valid from now on, durably, and leaves the rest of the file as it is:
/// the id of the new key. Throws SecretsError.
std::uint8_t add_audit_key(const std::filesystem::path& file, domain::Timestamp now);

/// Throws SecretsError. Undocumented keys are ignored: they may belong to a newer version.
[[nodiscard]] Secrets load_secrets(const std::filesystem::path& file);

}  // namespace consularia::infra
