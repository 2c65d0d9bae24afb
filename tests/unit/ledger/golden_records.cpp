#include "tests/unit/ledger/golden_records.hpp"

#include "tests/support/record_codec.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace consularia::ledger {

namespace {

using namespace domain;

constexpr const char* kOrganization = "01920a3c-0000-7000-8000-00000000000a";
constexpr const char* kOtherOrganization = "01920a3c-0000-7000-8000-00000000000b";
constexpr const char* kOwner = "01920a3c-0000-7000-8000-0000000000a1";
constexpr const char* kDesk = "01920a3c-0000-7000-8000-0000000000a2";
constexpr const char* kFeed = "01920a3c-0000-7000-8000-0000000000a3";
constexpr const char* kOtherOwner = "01920a3c-0000-7000-8000-0000000000a4";
constexpr const char* kPassport = "01920a3c-0000-7000-8000-0000000000b1";
constexpr const char* kVisa = "01920a3c-0000-7000-8000-0000000000b2";
constexpr const char* kCall = "01920a3c-0000-7000-8000-0000000000b3";
constexpr const char* kVaccination = "01920a3c-0000-7000-8000-0000000000b4";
constexpr const char* kHook = "01920a3c-0000-7000-8000-0000000000f1";
constexpr const char* kOwnRequestId = "01920a3c-0000-7000-8000-0000000000d1";
constexpr const char* kAda = "01920a3c-0000-7000-8000-0000000000c1";
constexpr const char* kGrace = "01920a3c-0000-7000-8000-0000000000c2";
constexpr const char* kZoe = "01920a3c-0000-7000-8000-0000000000c3";

template <class Id>
Id id(const char* text) {
    return Id::parse(text).value();
}

template <class Text>
Text text(const char* utf8) {
    return Text::parse(utf8).value();
}

Timestamp at(const char* text) {
    return parse_datetime(text).value();
}

Duration minutes(int count) {
    return Duration::from_minutes(count).value();
}

Config config(std::initializer_list<std::pair<Feature, bool>> entries) {
    Config config;
    for (const auto& [feature, enabled] : entries) config.set(feature, enabled);
    return config;
}

NewParticipant ada() {
    return {
        id<ParticipantId>(kAda),
        text<UniqueId>("ada@example.org"),
        text<DisplayName>("Ada \"Countess\" Lovelace"),
        Role::moderator};
}

NewParticipant grace() {
    return {
        id<ParticipantId>(kGrace), text<UniqueId>("grace-1906"), std::nullopt, Role::participant};
}

NewParticipant zoe() {
    return {
        id<ParticipantId>(kZoe),
        text<UniqueId>("zoë\\7"),
        text<DisplayName>(""),
        Role::participant};
}

/// The history of an organization, fact by fact; files are numbered from `number` on.
class Story {
  public:
    Story(const char* organization, std::size_t number)
        : organization_(id<OrganizationId>(organization)), number_(number) {}

    void admin(const char* name, OrganizationEvent event) {
        by_request(
            tell(name, AdminActor{}, OrganizationRecordEvent{organization_, 0, std::move(event)})
        );
    }

    Record& token(const char* name, const char* actor, RecordEvent fact) {
        return by_request(tell(name, TokenActor{id<TokenId>(actor)}, std::move(fact)));
    }

    void participant(const char* name, const char* actor, AppointmentRecordEvent fact) {
        by_request(tell(name, ParticipantActor{id<ParticipantId>(actor)}, std::move(fact)));
    }

    void system(const char* name, AppointmentRecordEvent fact) {
        tell(name, SystemActor{"deadlines"}, std::move(fact));
    }

    std::vector<GoldenRecord> chained() && {
        Hash previous{};
        for (auto& [name, record] : records_) {
            record.prevhash = previous;
            previous = sha256(encode(record));
        }
        return std::move(records_);
    }

  private:
    static Record& by_request(Record& record) {
        record.request_id = "req-" + std::to_string(record.sequence);
        return record;
    }

    Record& tell(const std::string& name, Actor actor, RecordEvent event) {
        const Sequence sequence = records_.size() + 1;
        const std::size_t number = records_.size() + number_;
        Envelope envelope{
            .id = id<EventId>("01920a3c-0000-7000-8000-000000000e00"),
            .organization = organization_,
            .sequence = sequence,
            .prevhash = {},
            .time = at("2026-11-23T10:00:00.123456Z") + std::chrono::minutes(number - 1),
            .actor = std::move(actor),
            .request_id = {},
            .idempotency = {},
        };
        Record record{std::move(envelope), std::move(event)};
        record.id.bytes.back() = static_cast<std::uint8_t>(number);
        std::string file = number < 10 ? "0" : "";
        file += std::to_string(number) + '-' + name;
        records_.push_back({std::move(file), std::move(record)});
        return records_.back().record;
    }

    const OrganizationId organization_;
    const std::size_t number_;
    std::vector<GoldenRecord> records_;
};

Scopes scopes(std::initializer_list<Scope> list) {
    Scopes set;
    for (const Scope scope : list) set.add(scope);
    return set;
}

TokenGrant owner_token() {
    return {
        id<TokenId>(kOwner),
        text<TokenName>("first token"),
        scopes({Scope::read, Scope::write, Scope::audit}),
        sha256("owner's secret"),
        std::nullopt};
}

TokenGrant desk_token() {
    return {
        id<TokenId>(kDesk),
        text<TokenName>("front desk"),
        scopes({Scope::read, Scope::write}),
        sha256("desk's secret"),
        at("2027-01-01T00:00:00Z")};
}

TokenGrant feed_token() {
    return {
        id<TokenId>(kFeed),
        text<TokenName>("feed"),
        scopes({Scope::events}),
        sha256("feed's secret"),
        std::nullopt};
}

TokenGrant token_of_every_scope() {
    return {
        id<TokenId>(kOtherOwner),
        text<TokenName>("first"),
        Scopes::all(),
        sha256("other owner's secret"),
        std::nullopt};
}

AppointmentRecordEvent passport(Version version, AppointmentEvent event) {
    return {id<AppointmentId>(kPassport), version, std::move(event)};
}

AppointmentRecordEvent visa(Version version, AppointmentEvent event) {
    return {id<AppointmentId>(kVisa), version, std::move(event)};
}

void tell_of_passport(Story& story) {
    story
        .token(
            "appointment-scheduled",
            kDesk,
            passport(
                1,
                AppointmentScheduled{
                    text<Title>("Passport renewal: Müller, 東京 🛂"),
                    at("2026-11-23T11:00:00Z"),
                    minutes(30),
                    config({{Feature::whiteboard, false}, {Feature::chat, true}}),
                    {ada(), grace()}}
            )
        )
        .idempotency = Idempotency{"booking/2026-11-23#1", sha256("the request")};
    story.token("participants-added", kDesk, passport(2, ParticipantsAdded{{zoe()}}));
    ParticipantUpdated renamed{.id = id<ParticipantId>(kGrace), .display_name = {}, .role = {}};
    renamed.role = {Role::participant, Role::moderator};
    renamed.display_name =
        Change<std::optional<DisplayName>>{std::nullopt, text<DisplayName>("Grace\tHopper")};
    story.token("participant-updated", kDesk, passport(3, renamed));
    story.token("participants-removed", kDesk, passport(4, ParticipantsRemoved{{ada(), zoe()}}));
    AppointmentUpdated moved;
    moved.title = {text<Title>("Passport renewal: Müller, 東京 🛂"), text<Title>("Passport")};
    moved.start = {at("2026-11-23T11:00:00Z"), at("2026-11-23T10:45:00.5Z")};
    moved.duration = {minutes(30), minutes(15)};
    moved.config = {config({{Feature::whiteboard, false}, {Feature::chat, true}}), Config{}};
    story.token("appointment-updated", kDesk, passport(5, moved)).idempotency =
        Idempotency{"~", sha256("another request")};
    story.token("appointment-started", kDesk, passport(6, AppointmentStarted{}));
    story.token("appointment-completed", kOwner, passport(7, AppointmentCompleted{}));
}

void tell_of_visa(Story& story) {
    story.token(
        "appointment-scheduled-without-participants",
        kOwner,
        visa(
            1,
            AppointmentScheduled{
                text<Title>("Visa"), at("2026-11-23T09:55:00Z"), minutes(15), Config{}, {}}
        )
    );
    story.system("appointment-missed", visa(2, AppointmentMissed{}));
    AppointmentUpdated revived;
    revived.start = {at("2026-11-23T09:55:00Z"), at("2026-11-24T10:00:00Z")};
    revived.status = {Status::missed, Status::scheduled};
    story.token("appointment-updated-after-missed", kOwner, visa(3, revived));
    story.token("appointment-deleted", kOwner, visa(4, AppointmentDeleted{}));
}

void tell_of_call(Story& story) {
    const auto call = [](Version version, AppointmentEvent event) {
        return AppointmentRecordEvent{id<AppointmentId>(kCall), version, std::move(event)};
    };
    story.token(
        "appointment-scheduled-to-be-joined",
        kOwner,
        call(
            1,
            AppointmentScheduled{
                text<Title>("Legal advice"),
                at("2026-11-23T10:20:00Z"),
                minutes(20),
                Config{},
                {ada(), grace()}}
        )
    );
    story.participant(
        "participant-joined-first",
        kGrace,
        call(
            2,
            ParticipantJoined{
                id<ParticipantId>(kGrace), Change<Status>{Status::scheduled, Status::active}}
        )
    );
    story.participant(
        "participant-joined", kAda, call(3, ParticipantJoined{id<ParticipantId>(kAda), {}})
    );
}

void schedule_in_format_2(Story& story) {
    const AppointmentScheduled event{
        text<Title>("Vaccination"), at("2026-11-23T12:00:00Z"), minutes(30), Config{}, {}};
    Record& record = story.token(
        "appointment-scheduled-in-format-2",
        kOtherOwner,
        AppointmentRecordEvent{id<AppointmentId>(kVaccination), 1, event}
    );
    const auto& codec = samples::codec(WriteFormat::keyed);
    record.request_id = codec.stored_request_id({"req-2", kOwnRequestId});
    record.idempotency = Idempotency{
        codec.forms_of(record.organization, "ann@example.org").hashed, sha256("the request")};
}

/// By requests in the third format.
void tell_of_webhook(Story& story) {
    const auto happened = [&](const char* name, WebhookEvent event) {
        const WebhooksId all{id<OrganizationId>(kOtherOrganization).bytes};
        Record& record =
            story.token(name, kOtherOwner, WebhookRecordEvent{all, 0, std::move(event)});
        record.request_id = kOwnRequestId;
    };
    const auto hook = id<WebhookId>(kHook);
    const auto url = [](const char* text) { return WebhookUrl::parse(text).value(); };
    const WebhookSettings settings{
        url("https://hooks.example.org/in?tenant=7"),
        WebhookTypes::parse({text<EventTypeName>("dev.consularia.appointment.scheduled.v1"),
                             text<EventTypeName>("dev.consularia.appointment.deleted.v1")})
            .value(),
        text<WebhookDescription>("Reminders"),
        WebhookPayload::full,
        WebhookStatus::active};
    happened("webhook-registered", WebhookRegistered{hook, settings});
    happened(
        "webhook-updated",
        WebhookUpdated{
            hook,
            Change<WebhookUrl>{settings.url, url("https://hooks.example.org/in")},
            Change<WebhookTypes>{settings.types, {}},
            Change<WebhookDescription>{settings.description, text<WebhookDescription>("")},
            Change<WebhookPayload>{WebhookPayload::full, WebhookPayload::thin},
            Change<WebhookStatus>{WebhookStatus::active, WebhookStatus::inactive}}
    );
    happened(
        "webhook-secret-rotated", WebhookSecretRotated{hook, 2, at("2026-11-24T10:22:00.123456Z")}
    );
    happened("webhook-replayed", WebhookReplayed{hook, 0});
    happened("webhook-deleted", WebhookDeleted{hook});
}

std::vector<GoldenRecord> tell_all() {
    Story story(kOrganization, 1);
    story.admin(
        "organization-created",
        OrganizationCreated{text<OrganizationName>("Consulate of Utopia"), owner_token()}
    );
    story.admin("token-issued", TokenIssued{desk_token()});
    tell_of_passport(story);
    tell_of_visa(story);
    story.admin("token-revoked", TokenRevoked{id<TokenId>(kDesk)});
    tell_of_call(story);
    story.admin("token-issued-of-newer-scopes", TokenIssued{feed_token()});
    auto records = std::move(story).chained();

    Story other(kOtherOrganization, records.size() + 1);
    other.admin(
        "organization-created-of-newer-scopes",
        OrganizationCreated{text<OrganizationName>("Clinic of Utopia"), token_of_every_scope()}
    );
    schedule_in_format_2(other);
    tell_of_webhook(other);
    std::ranges::move(std::move(other).chained(), std::back_inserter(records));
    return records;
}

}  // namespace

const std::vector<GoldenRecord>& golden_records() {
    static const std::vector<GoldenRecord> records = tell_all();
    return records;
}

void PrintTo(const GoldenRecord& golden, std::ostream* out) {
    *out << golden.name;
}

const Record& golden(std::string_view name) {
    for (const GoldenRecord& it : golden_records()) {
        if (it.name.find(name) != std::string::npos) return it.record;
    }
    throw std::invalid_argument(std::string(name));
}

std::string replaced(std::string value, std::string_view passage, std::string_view replacement) {
    const auto at = value.find(passage);
    if (at == std::string::npos) throw std::invalid_argument(std::string(passage));
    return value.replace(at, passage.size(), replacement);
}

std::filesystem::path project_root() {
    return std::filesystem::current_path();  // Where all tests start.
}

std::filesystem::path golden_path(const std::string& name) {
    return project_root() / "tests/unit/ledger/golden" / (name + ".json");
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> golden_values() {
    std::vector<std::string> values;
    for (const GoldenRecord& golden : golden_records()) {
        values.push_back(read_file(golden_path(golden.name)));
        values.back().pop_back();  // the file's last line break, which is not the record's
    }
    return values;
}

}  // namespace consularia::ledger
