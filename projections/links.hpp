#pragma once
// The port that creates access links and recognizes its own. A link is never stored in the log.

#include "domain/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

/// The participant whom an access link admits, and where.
struct LinkTarget {
    domain::OrganizationId organization;
    domain::AppointmentId appointment;
    domain::ParticipantId participant;

    friend bool operator==(const LinkTarget&, const LinkTarget&) = default;
};

/// Thread-safe.
class Links {
  public:
    virtual ~Links() = default;

    /// `{public_url}/join/{token}`: a signed token that names the three. Always the same while
    /// fingerprint() is the same.
    [[nodiscard]] virtual std::string access_link(
        domain::OrganizationId organization,
        domain::AppointmentId appointment,
        domain::ParticipantId participant
    ) const = 0;

    /// The target that the last part of a link names; empty unless one of our keys signed it.
    [[nodiscard]] virtual std::optional<LinkTarget> verify(std::string_view token) const = 0;

    /// Changes whenever access_link would return something else; reveals no key.
    [[nodiscard]] virtual std::string fingerprint() const = 0;
};

}  // namespace consularia::projections
