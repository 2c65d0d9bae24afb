#pragma once
// Where participants meet: the meeting service's URL, with a room, a name and a signed token.

#include "domain/appointment/appointment.hpp"
#include "infra/crypto/crypto.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace consularia::infra {

struct MeetingSettings {
    /// {room}, {role}, {display_name} and {jwt} are replaced by their values, percent-encoded.
    std::string url_template;
    std::string jwt_secret;  ///< The meeting service's own secret; empty only without {jwt}.
    std::string audience;    ///< The token's aud …
    std::string issuer;      ///< … iss …
    std::string subject;     ///< … and sub.
    /// The key from which rooms are derived, as raw bytes. A different key leads to different
    /// rooms.
    std::string room_key;
    /// How long before the start the token becomes valid.
    std::chrono::seconds opens_before{};
};

/// What is wrong with these settings, as a phrase that follows the template's name; empty if
/// nothing is.
[[nodiscard]] std::optional<std::string> find_fault(const MeetingSettings& settings);

/// Thread-safe.
class MeetingUrls {
  public:
    /// Precondition: find_fault() finds nothing.
    explicit MeetingUrls(MeetingSettings settings);

    /// Scheme, host and port of every URL.
    [[nodiscard]] std::string origin() const;

    [[nodiscard]] std::string url(
        domain::OrganizationId organization,
        const domain::Details& details,
        const domain::Participant& participant
    ) const;

    /// 32 hex digits that cannot be guessed, the same for all participants of the appointment.
    [[nodiscard]] std::string room(
        domain::OrganizationId organization, domain::AppointmentId appointment
    ) const;

    /// A token (RFC 7519, HS256) with the claims that Jitsi Meet expects. It is valid from when
    /// joining opens until the appointment's end.
    [[nodiscard]] std::string jwt(
        const std::string& room,
        const domain::Details& details,
        const domain::Participant& participant
    ) const;

  private:
    MeetingSettings settings_;
    Hmac room_key_;
    Hmac jwt_key_;
};

}  // namespace consularia::infra
