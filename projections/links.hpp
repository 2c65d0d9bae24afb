#pragma once
// The port that makes access links. A link is never stored in the log.

#include "domain/ids.hpp"

#include <string>

namespace consularia::projections {

/// Thread-safe.
class Links {
  public:
    virtual ~Links() = default;

    /// `{public_url}/join/{token}`: a signed token that names the three. The same for ever, as long
    /// as fingerprint() is the same.
    [[nodiscard]] virtual std::string access_link(
        domain::OrganizationId organization,
        domain::AppointmentId appointment,
        domain::ParticipantId participant
    ) const = 0;

    /// Changes whenever access_link would answer something else; reveals no key.
    [[nodiscard]] virtual std::string fingerprint() const = 0;
};

}  // namespace consularia::projections
