#pragma once
// Access links that carry their own proof: nothing about them is stored.
//
// A token is 66 bytes in base64url: version (1), key id, organization (16), appointment (16),
// participant (16), and the first 16 bytes of an HMAC-SHA-256 over everything before.

#include "domain/ids.hpp"
#include "infra/crypto/crypto.hpp"
#include "projections/links.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {

struct LinkKey {
    std::uint8_t id = 0;
    std::string key;  ///< Raw bytes.
};

using projections::LinkTarget;

/// Thread-safe.
class SignedLinks final : public projections::Links {
  public:
    /// The key with the highest id signs, all of them verify. Precondition: at least one key, no id
    /// twice. A slash at the end of `public_url` is ignored.
    SignedLinks(std::string public_url, const std::vector<LinkKey>& keys);

    [[nodiscard]] std::string access_link(
        domain::OrganizationId organization,
        domain::AppointmentId appointment,
        domain::ParticipantId participant
    ) const override;
    [[nodiscard]] std::optional<LinkTarget> verify(std::string_view token) const override;

    [[nodiscard]] std::string fingerprint() const override { return fingerprint_; }

  private:
    std::string public_url_;
    std::map<std::uint8_t, Hmac> keys_;
    std::string fingerprint_;
};

}  // namespace consularia::infra
