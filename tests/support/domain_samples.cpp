#include "tests/support/domain_samples.hpp"

#include "base/check.hpp"

#include <utility>

namespace consularia::samples {

using namespace domain;

namespace {

template <class T>
T make_text(std::string utf8) {
    auto text = T::parse(std::move(utf8));
    CHECK(text.has_value());
    return *std::move(text);
}

}  // namespace

Title make_title(std::string utf8) {
    return make_text<Title>(std::move(utf8));
}

UniqueId make_unique_id(std::string utf8) {
    return make_text<UniqueId>(std::move(utf8));
}

DisplayName make_display_name(std::string utf8) {
    return make_text<DisplayName>(std::move(utf8));
}

OrganizationName make_organization_name(std::string utf8) {
    return make_text<OrganizationName>(std::move(utf8));
}

TokenName make_token_name(std::string utf8) {
    return make_text<TokenName>(std::move(utf8));
}

Duration minutes(int count) {
    const auto duration = Duration::from_minutes(count);
    CHECK(duration.has_value());
    return *duration;
}

Timestamp at(std::string_view datetime) {
    const auto moment = parse_datetime(datetime);
    CHECK(moment.has_value());
    return *moment;
}

Timestamp later(Timestamp moment, std::int64_t by_minutes) {
    return moment + std::chrono::minutes(by_minutes);
}

Config make_config(std::vector<std::pair<Feature, bool>> entries) {
    Config config;
    for (const auto& [feature, enabled] : entries) config.set(feature, enabled);
    return config;
}

NewParticipant ann() {
    return {participant_id(1), make_unique_id("ann"), make_display_name("Ann"), Role::moderator};
}

NewParticipant bob() {
    return {participant_id(2), make_unique_id("bob"), std::nullopt, Role::participant};
}

NewParticipant guest(std::uint32_t number) {
    return {
        participant_id(number),
        make_unique_id("user-" + std::to_string(number)),
        std::nullopt,
        Role::participant};
}

std::vector<NewParticipant> guests(std::uint32_t first, std::uint32_t count) {
    std::vector<NewParticipant> all;
    all.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) all.push_back(guest(first + i));
    return all;
}

ScheduleAppointment schedule_command() {
    return {
        appointment_id(),
        make_title("Consultation"),
        kStart,
        minutes(30),
        make_config({{Feature::chat, true}}),
        {ann(), bob()}};
}

AppointmentScheduled scheduled_event() {
    const auto command = schedule_command();
    return {command.title, command.start, command.duration, command.config, command.participants};
}

TokenGrant make_grant(std::uint32_t number) {
    TokenGrant grant{token_id(number), make_token_name("main"), Scopes::all(), {}, std::nullopt};
    grant.secret_hash.fill(static_cast<std::uint8_t>(number));
    return grant;
}

WebhookUrl make_url(std::string text) {
    auto url = WebhookUrl::parse(std::move(text));
    CHECK(url.has_value());
    return *std::move(url);
}

WebhookTypes make_types(const std::vector<std::string>& names) {
    std::vector<EventTypeName> types;
    for (const auto& name : names) types.push_back(make_text<EventTypeName>(name));
    auto made = WebhookTypes::parse(std::move(types));
    CHECK(made.has_value());
    return *std::move(made);
}

WebhookSettings webhook_settings(std::uint32_t number) {
    return {
        make_url("https://example.org/hooks/" + std::to_string(number)),
        {},
        make_text<WebhookDescription>("Reminders"),
        WebhookPayload::full,
        WebhookStatus::active};
}

int RandomCommands::pick(int count) {
    return static_cast<int>(random_() % static_cast<std::uint32_t>(count));
}

Timestamp RandomCommands::advance(Timestamp now) {
    if (one_in(8)) return later(now, 60);
    if (one_in(3)) return now + std::chrono::microseconds(1);
    return later(now, 1 + pick(10));
}

Timestamp RandomCommands::start_near(Timestamp now) {
    // On a grid, so that equal starts and ends that are exactly now come up.
    constexpr auto kStep = std::chrono::minutes(15);
    return now - now.time_since_epoch() % kStep + (pick(7) - 3) * kStep;
}

Config RandomCommands::config() {
    Config config;
    for (int i = pick(3); i > 0; --i) {
        config.set(kAllOf<Feature>.at(static_cast<std::size_t>(pick(2))), one_in(2));
    }
    return config;
}

NewParticipant RandomCommands::new_participant() {
    NewParticipant participant = guest(++participants_);
    participant.unique_id = make_unique_id("user-" + std::to_string(pick(8)));
    if (one_in(2)) participant.display_name = make_display_name(one_in(2) ? "" : "Ann");
    participant.role = one_in(2) ? Role::moderator : Role::participant;
    return participant;
}

std::vector<NewParticipant> RandomCommands::new_participants() {
    std::vector<NewParticipant> all;
    for (int i = pick(4); i > 0; --i) all.push_back(new_participant());
    return all;
}

ParticipantId RandomCommands::participant_of(const Details* details) {
    if (details == nullptr || details->participants->empty() || one_in(6)) return participant_id(7);
    const auto& present = *details->participants;
    return present[static_cast<std::size_t>(pick(static_cast<int>(present.size())))].id;
}

ExpectedVersions RandomCommands::expected(Version actual) {
    if (!one_in(4)) return std::nullopt;
    if (one_in(3)) return std::vector<Version>{};
    return std::vector<Version>{actual + 1, one_in(3) ? actual + 2 : actual};
}

UpdateAppointment RandomCommands::update(ExpectedVersions versions, Timestamp now) {
    UpdateAppointment command{appointment_id(), std::move(versions), {}, {}, {}, {}};
    if (one_in(3)) command.title = make_title(one_in(2) ? "A" : "B");
    if (one_in(2)) command.start = start_near(now);
    if (one_in(3)) command.duration = minutes(15 * (1 + pick(3)));
    if (one_in(3)) command.config = config();
    return command;
}

AppointmentCommand RandomCommands::of_participants(const Appointment& state) {
    const Details* const details = details_of(state);
    const auto id = appointment_id();
    const auto versions = expected(tag_of(state));
    if (one_in(3)) return AddParticipants{id, versions, new_participants()};
    if (one_in(3)) {
        RemoveParticipants command{id, versions, {}};
        for (int i = pick(3); i > 0; --i) command.participants.push_back(participant_of(details));
        return command;
    }
    const auto participant = participant_of(details);
    const Participant* const present =
        details == nullptr ? nullptr : find_participant(*details, participant);
    if (one_in(4)) {
        return JoinAppointment{id, participant, std::chrono::minutes(15), std::chrono::minutes(1)};
    }
    const auto own_versions = expected(present == nullptr ? 0 : present->version);
    if (one_in(3)) return RemoveParticipant{id, own_versions, participant};
    UpdateParticipant command{id, own_versions, participant, std::nullopt, std::nullopt};
    if (one_in(2)) command.role = one_in(2) ? Role::moderator : Role::participant;
    if (one_in(3)) command.display_name.emplace(make_display_name("Bea"));
    if (one_in(3)) command.display_name.emplace(std::nullopt);
    return command;
}

AppointmentCommand RandomCommands::next(const Appointment& state, Timestamp now) {
    const auto id = appointment_id();
    const auto versions = expected(tag_of(state));
    if (one_in(30)) return DeleteAppointment{id, versions};
    if (details_of(state) == nullptr || one_in(20)) {
        return ScheduleAppointment{
            id, make_title("A"), start_near(now), minutes(30), config(), new_participants()};
    }
    switch (pick(8)) {
        case 0:
            return StartAppointment{id, versions};
        case 1:
            return CompleteAppointment{id, versions};
        case 2:
        case 3:
            return EndAppointment{id};
        case 4:
        case 5:
            return update(versions, now);
        default:
            return of_participants(state);
    }
}

}  // namespace consularia::samples
