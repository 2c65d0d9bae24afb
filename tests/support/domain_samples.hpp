#pragma once
// Values of the domain for tests: short ways to write them, samples, and random commands.

#include "domain/appointment/appointment.hpp"
#include "domain/appointment/commands.hpp"
#include "domain/appointment/events.hpp"
#include "domain/ids.hpp"
#include "domain/organization/organization.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"
#include "domain/webhook/webhook.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::samples {

// Texts, durations and moments that must be valid: a CHECK fails when they are not.
[[nodiscard]] domain::Title make_title(std::string utf8);
[[nodiscard]] domain::UniqueId make_unique_id(std::string utf8);
[[nodiscard]] domain::DisplayName make_display_name(std::string utf8);
[[nodiscard]] domain::OrganizationName make_organization_name(std::string utf8);
[[nodiscard]] domain::TokenName make_token_name(std::string utf8);
[[nodiscard]] domain::Duration minutes(int count);
[[nodiscard]] domain::Timestamp at(std::string_view datetime);
[[nodiscard]] domain::Timestamp later(domain::Timestamp moment, std::int64_t by_minutes);

/// Differs for every number; sorts by it.
template <class Id>
[[nodiscard]] Id make_id(std::uint32_t number) {
    Id id;
    for (int i = 0; i < 4; ++i) {
        id.bytes.at(static_cast<std::size_t>(15 - i)) = static_cast<std::uint8_t>(number >> 8 * i);
    }
    return id;
}

[[nodiscard]] inline domain::AppointmentId appointment_id(std::uint32_t number = 1) {
    return make_id<domain::AppointmentId>(number);
}

[[nodiscard]] inline domain::ParticipantId participant_id(std::uint32_t number) {
    return make_id<domain::ParticipantId>(number);
}

[[nodiscard]] inline domain::OrganizationId organization_id(std::uint32_t number = 1) {
    return make_id<domain::OrganizationId>(number);
}

[[nodiscard]] inline domain::TokenId token_id(std::uint32_t number = 1) {
    return make_id<domain::TokenId>(number);
}

[[nodiscard]] inline domain::WebhookId webhook_id(std::uint32_t number = 1) {
    return make_id<domain::WebhookId>(number);
}

[[nodiscard]] domain::Config make_config(std::vector<std::pair<domain::Feature, bool>> entries);

// The sample appointment: "Consultation", 2030-01-01, 10:00 to 10:30, chat on, with Ann, the
// moderator (participant 1), and Bob without a name (participant 2).
inline constexpr domain::Timestamp kStart{std::chrono::seconds(1893492000)};
inline constexpr domain::Timestamp kEnd{std::chrono::seconds(1893493800)};
inline constexpr domain::Timestamp kBefore{std::chrono::seconds(1893488400)};  ///< 09:00
inline constexpr domain::Timestamp kAfter{std::chrono::seconds(1893495600)};   ///< 11:00

[[nodiscard]] domain::NewParticipant ann();
[[nodiscard]] domain::NewParticipant bob();
/// A participant "user-<number>" without a name.
[[nodiscard]] domain::NewParticipant guest(std::uint32_t number);
[[nodiscard]] std::vector<domain::NewParticipant> guests(std::uint32_t first, std::uint32_t count);
[[nodiscard]] domain::ScheduleAppointment schedule_command();
[[nodiscard]] domain::AppointmentScheduled scheduled_event();

/// The token "main" with every scope and no end; its secret's hash is filled with the number.
[[nodiscard]] domain::TokenGrant make_grant(std::uint32_t number = 1);

[[nodiscard]] domain::WebhookUrl make_url(std::string text);
[[nodiscard]] domain::WebhookTypes make_types(const std::vector<std::string>& names);
/// Active, full, of all types, to "https://example.org/hooks/<number>".
[[nodiscard]] domain::WebhookSettings webhook_settings(std::uint32_t number = 1);

/// Commands that try everything on one appointment: few titles, times and participants, so that
/// what they ask for often is there already, and versions and ids that may be unknown. Ids of new
/// participants are fresh. The same seed gives the same commands for the same states.
class RandomCommands {
  public:
    explicit RandomCommands(std::uint32_t seed) : random_(seed) {}

    [[nodiscard]] domain::AppointmentCommand next(
        const domain::Appointment& state, domain::Timestamp now
    );
    /// Later by a moment or by minutes, sometimes by an hour.
    [[nodiscard]] domain::Timestamp advance(domain::Timestamp now);
    /// 0 to count - 1.
    [[nodiscard]] int pick(int count);

    [[nodiscard]] bool one_in(int count) { return pick(count) == 0; }

  private:
    domain::Timestamp start_near(domain::Timestamp now);
    domain::Config config();
    domain::NewParticipant new_participant();
    std::vector<domain::NewParticipant> new_participants();
    domain::ParticipantId participant_of(const domain::Details* details);
    domain::ExpectedVersions expected(domain::Version actual);
    domain::UpdateAppointment update(domain::ExpectedVersions versions, domain::Timestamp now);
    domain::AppointmentCommand of_participants(const domain::Appointment& state);

    std::mt19937 random_;
    std::uint32_t participants_ = 1000;
};

}  // namespace consularia::samples
