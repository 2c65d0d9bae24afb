#include "infra/crypto/meeting_urls.hpp"

#include "base/enum_names.hpp"
#include "base/hex.hpp"
#include "base/json_writer.hpp"
#include "domain/appointment/door.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace consularia::infra {

namespace {

constexpr std::array<std::string_view, 4> kPlaceholders{"room", "role", "display_name", "jwt"};
constexpr std::size_t kRoomBytes = 16;
constexpr std::string_view kRoomLabel = "consularia meeting room";

bool moderates(domain::Role role) {
    switch (role) {
        case domain::Role::moderator:
            return true;
        case domain::Role::participant:
            return false;
    }
    unknown_enumerator();
}

/// Jitsi Meet's name if it has one, otherwise the words of the key.
std::string_view feature_name(domain::Feature feature) {
    switch (feature) {
        case domain::Feature::breakout_rooms:
            return "breakout-rooms";
        case domain::Feature::whiteboard:
            return "whiteboard";
        case domain::Feature::chat:
            return "send-groupchat";
        case domain::Feature::join_screen:
            return "join-screen";
        case domain::Feature::screenshare:
            return "screen-sharing";
        case domain::Feature::raise_hand:
            return "raise-hand";
    }
    unknown_enumerator();
}

std::string_view bytes_of(const domain::UuidBytes& id) {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

std::string_view bytes_of(const Hmac::Mac& mac) {
    return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

/// Where the origin ends: after the host, before path, query or fragment.
std::size_t origin_length(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return 0;
    return std::min(url.find_first_of("/?#", scheme + 3), url.size());
}

std::int64_t seconds(domain::Timestamp moment) {
    return std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
}

/// Replaces each placeholder by the result of `value`, called with its name.
template <class Value>
std::string fill_in(std::string_view text, Value value) {
    std::string filled;
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
        filled += text.substr(0, open);
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) break;
        filled += value(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    return filled += text;
}

}  // namespace

std::optional<std::string> find_fault(const MeetingSettings& settings) {
    const std::string_view url = settings.url_template;
    if (!url.starts_with("https://") && !url.starts_with("http://")) {
        return "must start with http:// or https://";
    }
    const bool printable =
        std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~' && c != ';'; });
    if (!printable) return "must be visible ASCII without semicolons";
    const auto origin = url.substr(0, origin_length(url));
    if (origin.ends_with("://") || origin.find_first_of("{},'@") != std::string_view::npos) {
        return "must name a host, without a placeholder in it";
    }
    std::optional<std::string> unknown;
    bool wants_jwt = false;
    const auto rest = fill_in(url, [&](std::string_view name) {
        if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end()) unknown = name;
        wants_jwt = wants_jwt || name == "jwt";
        return "";
    });
    if (unknown) return "has the unknown placeholder {" + *unknown + "}";
    if (rest.find_first_of("{}") != std::string::npos) return "has a brace without its partner";
    if (wants_jwt && settings.jwt_secret.empty()) {
        return "has {jwt}, but the secrets file has no meeting_jwt_secret";
    }
    return std::nullopt;
}

MeetingUrls::MeetingUrls(MeetingSettings settings)
    : settings_(std::move(settings)),
      room_key_(bytes_of(Hmac(settings_.room_key)(kRoomLabel))),
      jwt_key_(settings_.jwt_secret) {}

std::string MeetingUrls::origin() const {
    return settings_.url_template.substr(0, origin_length(settings_.url_template));
}

std::string MeetingUrls::url(
    domain::OrganizationId organization,
    const domain::Details& details,
    const domain::Participant& participant
) const {
    const auto name_of_room = room(organization, details.id);
    return fill_in(settings_.url_template, [&](std::string_view name) -> std::string {
        if (name == "room") return name_of_room;
        if (name == "role") return std::string(to_string(participant.role));
        if (name == "jwt") return jwt(name_of_room, details, participant);
        if (!participant.display_name) return "";
        return boost::urls::encode(
            participant.display_name->value(), boost::urls::unreserved_chars
        );
    });
}

std::string MeetingUrls::room(
    domain::OrganizationId organization, domain::AppointmentId appointment
) const {
    std::string ids(bytes_of(organization.bytes));
    ids += bytes_of(appointment.bytes);
    const auto mac = room_key_(ids);
    // Hex, because Jitsi Meet ignores case.
    return to_hex(bytes_of(mac).substr(0, kRoomBytes));
}

std::string MeetingUrls::jwt(
    const std::string& room, const domain::Details& details, const domain::Participant& participant
) const {
    JsonWriter claims;
    claims.begin_object();
    claims.text("aud", settings_.audience);
    claims.text("iss", settings_.issuer);
    claims.text("sub", settings_.subject);
    claims.text("room", room);
    claims.number("nbf", seconds(domain::opens_at(details, settings_.opens_before)));
    claims.number("exp", seconds(details.end()));
    claims.begin_object("context");
    claims.begin_object("user");
    claims.text("id", participant.id.to_string());
    if (participant.display_name) claims.text("name", participant.display_name->value());
    // Strings: Jitsi's own libraries refuse booleans in `user`, and document the features as
    // strings.
    claims.text("moderator", moderates(participant.role) ? "true" : "false");
    claims.end_object();
    claims.begin_object("features");
    for (const auto& [feature, enabled] : details.config.entries()) {
        claims.text(feature_name(feature), enabled ? "true" : "false");
    }
    claims.end_object();
    claims.end_object();
    claims.end_object();
    std::string token = to_base64url(R"({"alg":"HS256","typ":"JWT"})");
    token += '.' + to_base64url(claims.take());
    return token + '.' + to_base64url(bytes_of(jwt_key_(token)));
}

}  // namespace consularia::infra
