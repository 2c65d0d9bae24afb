#pragma once
// The keys that sign the heads of organizations, and what is published of them.

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "infra/crypto/notes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {

/// As it is in the secrets file.
struct AuditKey {
    std::uint8_t id = 0;
    std::string seed;  ///< NoteKey::kSeedBytes bytes.
    domain::Timestamp valid_from{};
    std::optional<domain::Timestamp> valid_to = {};
};

/// What an auditor needs to know of a key.
struct PublishedKey {
    std::uint8_t id = 0;
    std::string verifier_key;  ///< For the heads of one organization.
    domain::Timestamp valid_from{};
    std::optional<domain::Timestamp> valid_to;  ///< Empty for the last one.
};

/// Immutable and thread-safe.
class AuditKeys {
  public:
    /// The host, with its port if it has one, is what origins begin with; it has no blanks and no
    /// plus sign. The keys are ordered by their ids.
    AuditKeys(std::string host, const std::vector<AuditKey>& keys);

    /// `<host>/organizations/<id>`: the origin of an organization's heads, and the name of the keys
    /// that sign them.
    [[nodiscard]] std::string origin(domain::OrganizationId organization) const;

    [[nodiscard]] std::vector<PublishedKey> published(domain::OrganizationId organization) const;

    /// The note of a head, whose origin is set here: signed by the highest key that is valid now. A
    /// clock that is behind all keys uses the lowest. Empty without a valid key.
    [[nodiscard]] std::optional<std::string> sign(
        domain::OrganizationId organization, SignedHead head, domain::Timestamp now
    ) const;

    /// The note of any other text, which ends with a line feed and cannot be taken for a head's.
    [[nodiscard]] std::optional<std::string> sign_text(
        std::string_view origin, std::string_view text, domain::Timestamp now
    ) const;

  private:
    struct Key {
        AuditKey about;
        NoteKey key;
    };

    [[nodiscard]] const Key* signer(domain::Timestamp now) const;

    std::string host_;
    std::vector<Key> keys_;
};

/// What of a URL names its server: `example.com:8443` of `https://example.com:8443/api`.
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace consularia::infra
