#include "ledger/record/record_codec.hpp"

#include "base/check.hpp"
#include "ledger/record/json_reader.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/type_name.hpp"
#include "ledger/record/unreadable.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

namespace limits = domain::limits;

constexpr std::string_view kSpecVersion = "1.0";
constexpr std::string_view kContentType = "application/json";

/// The mark of an event that a reader who does not know its type may skip: a JSON `true`.
constexpr std::string_view kSkippable = "skippable";

constexpr std::string_view kTokens = "tokens/";
constexpr std::string_view kParticipants = "participants/";
constexpr std::string_view kSystem = "system/";

std::string subject_of(const RecordEvent& event) {
    return std::visit(
        []<class Kind>(const RecordEventOf<Kind>& of) { return Kind::subject_of(of.id, of.event); },
        event
    );
}

/// Empty if the event's kind does not count its events.
std::optional<domain::Version> version_in(const RecordEvent& event) {
    return std::visit(
        []<class Kind>(const RecordEventOf<Kind>& of) {
            return Kind::kVersioned ? std::optional(of.version) : std::nullopt;
        },
        event
    );
}

bool is_skippable(const RecordEvent& event) {
    return std::visit(
        []<class Kind>(const RecordEventOf<Kind>&) { return Kind::kSkippable; }, event
    );
}

std::optional<Actor> parse_actor(std::string_view text) {
    if (text == "admin") return AdminActor{};
    if (const auto token = parse_reference<domain::TokenId>(text, kTokens)) {
        return TokenActor{*token};
    }
    if (const auto participant = parse_reference<domain::ParticipantId>(text, kParticipants)) {
        return ParticipantActor{*participant};
    }
    if (!text.starts_with(kSystem)) return std::nullopt;
    const std::string_view name = text.substr(kSystem.size());
    if (!is_visible_ascii(name, limits::kSystemName.stored)) return std::nullopt;
    return SystemActor{std::string(name)};
}

template <limits::Limit kLimit>
std::optional<std::string> parse_visible(std::string_view text) {
    if (!is_visible_ascii(text, kLimit.stored)) return std::nullopt;
    return std::string(text);
}

/// An attribute that has the same value in all our records.
bool read_constant(const JsonReader& in, std::string_view key, std::string_view value) {
    const auto same = [value](std::string_view text) {
        return text == value ? std::optional(true) : std::nullopt;
    };
    return in.parsed(key, same).has_value();
}

template <class Kind>
std::optional<RecordEvent> read_event_of(
    const EventType<typename Kind::Event>& type,
    domain::OrganizationId organization,
    const JsonReader& in
) {
    std::optional<domain::Version> version = 0;
    if (Kind::kVersioned) version = in.count("version");
    auto event = type.read(in.object("data").of_version(type.version));
    if (!version || !event) return std::nullopt;
    const auto id = Kind::read_id(in, organization, *event);
    if (!id) return std::nullopt;
    return RecordEventOf<Kind>{*id, *version, *std::move(event)};
}

/// With the type's name if it can be shown, so that an operator sees what is missing.
std::string describe_unknown_type(std::string_view type) {
    if (!looks_like_ours(type)) return "is not one of ours";
    return std::string(type) + " is unknown to this version";
}

using UnknownTypes = std::vector<std::string>;

/// Whether the type is known, and the event if it can be read.
struct FoundEvent {
    bool known = false;
    std::optional<RecordEvent> event;
};

FoundEvent read_event(
    domain::OrganizationId organization,
    std::string_view type,
    const UnknownTypes& unknown,
    const JsonReader& in
) {
    FoundEvent found;
    if (std::ranges::find(unknown, type) != unknown.end()) {
        in.complain("type", describe_unknown_type(type));
        return found;
    }
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        const auto* const known = find_type(Kind::event_types(), type);
        if (known == nullptr) return;
        found.known = true;
        found.event = read_event_of<Kind>(*known, organization, in);
    });
    if (!found.known) in.complain("type", describe_unknown_type(type));
    return found;
}

/// Reads the optional attributes. False if one cannot be read.
bool read_optional_attributes(const JsonReader& in, Envelope& envelope) {
    if (in.has("requestid")) {
        auto request_id = in.parsed("requestid", parse_visible<limits::kRequestId>);
        if (!request_id) return false;
        envelope.request_id = std::move(*request_id);
    }
    if (in.has("idempotencykey") || in.has("requesthash")) {
        auto key = in.parsed("idempotencykey", parse_visible<limits::kIdempotencyKey>);
        const auto request_hash = in.hash("requesthash");
        if (!key || !request_hash) return false;
        envelope.idempotency = Idempotency{std::move(*key), *request_hash};
    }
    return true;
}

std::optional<Envelope> read_envelope(const JsonReader& in) {
    if (!read_constant(in, "specversion", kSpecVersion)) return std::nullopt;
    if (!read_constant(in, "datacontenttype", kContentType)) return std::nullopt;
    const auto id = in.id<domain::EventId>("id");
    const auto organization = in.parsed("source", [](std::string_view text) {
        return parse_reference<domain::OrganizationId>(text, kSourcePrefix);
    });
    const auto sequence = in.count("sequence");
    const auto prevhash = in.hash("prevhash");
    const auto time = in.moment("time");
    auto actor = in.parsed("actor", &parse_actor);
    if (!id || !organization || !sequence || !prevhash || !time || !actor) return std::nullopt;
    Envelope envelope{
        .id = *id,
        .organization = *organization,
        .sequence = *sequence,
        .prevhash = *prevhash,
        .time = *time,
        .actor = std::move(*actor),
        .request_id = {},
        .idempotency = {},
    };
    if (!read_optional_attributes(in, envelope)) return std::nullopt;
    return envelope;
}

/// The record, or what may be skipped; neither when the reader has complained.
struct FoundRecord {
    std::optional<Record> record;
    std::optional<Envelope> skippable;
};

FoundRecord read_record(const JsonReader& in, const UnknownTypes& unknown) {
    auto envelope = read_envelope(in);
    const auto type = in.string("type");
    if (!envelope || !type) return {};
    auto [known, event] = read_event(envelope->organization, *type, unknown, in);
    if (event) return {.record = Record{*std::move(envelope), *std::move(event)}, .skippable = {}};
    if (known || !in.is_true(kSkippable)) return {};
    return {.record = {}, .skippable = std::move(envelope)};
}

}  // namespace

bool RecordCodec::may_write(const RecordEvent& event) const {
    return context_.format >= WriteFormat::marked || !is_skippable(event);
}

std::string RecordCodec::encode(const Record& record) const {
    JsonWriter json;
    json.begin_object();
    json.text("specversion", kSpecVersion);
    json.text("id", record.id.to_string());
    json.text("source", std::string(kSourcePrefix) + record.organization.to_string());
    json.text("type", type_of(record.event));
    json.text("subject", subject_of(record.event));
    json.text("time", domain::format(record.time));
    json.text("datacontenttype", kContentType);
    json.text("sequence", std::to_string(record.sequence));
    json.text("prevhash", to_hex(record.prevhash));
    const auto version = version_in(record.event);
    if (version) json.text("version", std::to_string(*version));
    json.text("actor", to_string(record.actor));
    if (!record.request_id.empty()) json.text("requestid", record.request_id);
    if (record.idempotency) {
        json.text("idempotencykey", record.idempotency->key);
        json.text("requesthash", to_hex(record.idempotency->request_hash));
    }
    if (is_skippable(record.event)) json.boolean(kSkippable, true);
    json.begin_object("data");
    std::visit([&](const auto& of) { write_data(json, of.event); }, record.event);
    json.end_object();
    json.end_object();
    return json.take();
}

const std::string& RecordCodec::stored_request_id(const RequestIds& ids) const {
    switch (context_.format) {
        case WriteFormat::verbatim:
            return ids.shown;
        case WriteFormat::keyed:
        case WriteFormat::marked:
            return ids.own;
    }
    CHECK(false);
}

const std::string& RecordCodec::stored_key(const KeyForms& key) const {
    switch (context_.format) {
        case WriteFormat::verbatim:
            return key.sent;
        case WriteFormat::keyed:
        case WriteFormat::marked:
            return key.hashed;
    }
    CHECK(false);
}

/// What is hashed contains the organization, so that ledgers do not show that two organizations
/// know the same person. No hashed request has this text (api/derivation.cpp).
KeyForms RecordCodec::forms_of(domain::OrganizationId organization, std::string key) const {
    CHECK(context_.hash);
    const std::string text = "idempotency key\n" + organization.to_string() + "\n" + key;
    return {std::move(key), to_hex(context_.hash(text))};
}

tl::expected<Record, UnknownRecord> RecordCodec::decode(std::string_view value) const {
    return decode(parse_value(value));
}

tl::expected<Record, UnknownRecord> RecordCodec::decode(const ParsedValue& value) const {
    if (value.sealed != nullptr) return *value.sealed;
    const auto unknown = [](std::string why, std::optional<Envelope> skippable = {}) {
        return tl::unexpected(UnknownRecord{std::move(why), std::move(skippable)});
    };
    if (!value.object) {
        return unknown("The value is not one JSON object without duplicate keys, within limits.");
    }
    std::optional<Unreadable> problem;
    auto found = read_record(JsonReader(value.object->root(), problem), context_.unknown_types);
    if (found.record) return *std::move(found.record);
    return unknown(
        problem ? std::move(problem->why) : "The record cannot be read.", std::move(found.skippable)
    );
}

}  // namespace consularia::ledger
