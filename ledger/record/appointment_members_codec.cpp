#include "ledger/record/appointment_members_codec.hpp"

#include "ledger/record/versions.hpp"

namespace consularia::ledger {

void write_config(JsonWriter& json, const domain::Config& config) {
    json.begin_object("config");
    for (const auto& [feature, enabled] : config.entries()) {
        json.boolean(domain::to_string(feature), enabled);
    }
    json.end_object();
}

void write_title(JsonWriter& json, const domain::Title& title) {
    json.begin_object("private");
    json.text("title", title.value());
    json.end_object();
}

void write_display_name(JsonWriter& json, const std::optional<domain::DisplayName>& name) {
    if (name) {
        json.text("display_name", name->value());
    } else {
        json.null("display_name");
    }
}

void write_participants(JsonWriter& json, const std::vector<domain::NewParticipant>& participants) {
    json.begin_array("participants");
    for (const domain::NewParticipant& participant : participants) {
        json.begin_object();
        json.text("id", participant.id.to_string());
        json.text("role", domain::to_string(participant.role));
        json.begin_object("person");
        json.text("unique_id", participant.unique_id.value());
        write_display_name(json, participant.display_name);
        json.end_object();
        json.end_object();
    }
    json.end_array();
}

std::optional<domain::Duration> read_duration(const JsonReader& in) {
    const auto minutes = in.integer("duration_minutes");
    if (!minutes) return std::nullopt;
    const auto duration = domain::Duration::from_minutes(*minutes);
    if (!duration) in.complain("duration_minutes", "is out of its limits");
    return duration;
}

std::optional<domain::Config> read_config(const JsonReader& in) {
    const JsonReader object = in.object("config");
    if (object.members() == nullptr) return std::nullopt;
    domain::Config config;
    for (const auto& [key, value] : object.members()->members()) {
        const auto feature = parse_name_in<domain::Feature>(in.version(), key);
        if (!feature || !value.is_boolean()) {
            in.complain("config", "has a member that this version does not know");
            return std::nullopt;
        }
        config.set(*feature, value.is_true());
    }
    return config;
}

std::optional<domain::Role> read_role(const JsonReader& in) {
    return in.parsed("role", [&in](std::string_view text) {
        return parse_name_in<domain::Role>(in.version(), text);
    });
}

std::optional<domain::Status> read_status(const JsonReader& in) {
    return in.parsed("status", [&in](std::string_view text) {
        return parse_name_in<domain::Status>(in.version(), text);
    });
}

std::optional<std::optional<domain::DisplayName>> read_display_name(const JsonReader& in) {
    if (in.is_null("display_name")) return std::optional<domain::DisplayName>();
    auto name = in.text<domain::DisplayName>("display_name");
    if (!name) return std::nullopt;
    return name;
}

namespace {

std::optional<domain::NewParticipant> read_participant(const JsonReader& in) {
    const auto id = in.id<domain::ParticipantId>("id");
    const auto role = read_role(in);
    const JsonReader person = in.object("person");
    auto unique_id = person.text<domain::UniqueId>("unique_id");
    auto display_name = read_display_name(person);
    if (!id || !role || !unique_id || !display_name) return std::nullopt;
    return domain::NewParticipant{*id, std::move(*unique_id), std::move(*display_name), *role};
}

}  // namespace

std::optional<std::vector<domain::NewParticipant>> read_participants(const JsonReader& in) {
    const Json* const list = in.list("participants");
    if (list == nullptr) return std::nullopt;
    if (list->size() > domain::limits::kParticipants.stored) {
        in.complain("participants", "has too many elements");
        return std::nullopt;
    }
    std::vector<domain::NewParticipant> participants;
    participants.reserve(list->size());
    for (const Json& element : list->elements()) {
        auto participant = read_participant(in.element("participants", element));
        if (!participant) return std::nullopt;
        participants.push_back(std::move(*participant));
    }
    return participants;
}

std::optional<domain::Timestamp> read_start(const JsonReader& in) {
    return in.moment("start_date_time");
}

std::optional<domain::Title> read_title(const JsonReader& in) {
    return in.text<domain::Title>("title");
}

}  // namespace consularia::ledger
