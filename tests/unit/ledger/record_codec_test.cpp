
#include "tests/support/record_codec.hpp"

#include "domain/appointment/evolve.hpp"
#include "ledger/record/acceptance.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {
namespace {

namespace limits = domain::limits;

/// Set this variable to write the golden files again. Only for a new type of event: stored bytes
/// must stay readable.
const bool kWriteGolden = std::getenv("CONSULARIA_WRITE_GOLDEN") != nullptr;

class Golden : public testing::TestWithParam<GoldenRecord> {};

TEST_P(Golden, RecordIsWrittenAsTheseBytes) {
    const auto path = golden_path(GetParam().name);
    const std::string bytes = encode(GetParam().record) + "\n";
    if (kWriteGolden) std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(bytes, read_file(path));
}

TEST_P(Golden, BytesAreReadAsThisRecord) {
    std::string value = read_file(golden_path(GetParam().name));
    ASSERT_TRUE(value.ends_with("}\n"));
    value.pop_back();
    const auto record = decode(value);
    ASSERT_TRUE(record) << record.error().why;
    EXPECT_EQ(*record, GetParam().record);
}

TEST_P(Golden, BytesAreWhatNlohmannWouldWrite) {
    const std::string value = encode(GetParam().record);
    EXPECT_EQ(nlohmann::ordered_json::parse(value).dump(), value);
}

TEST_P(Golden, BytesCarryTheLinkOfTheRecord) {
    const Record& record = GetParam().record;
    const ChainLink expected{record.organization, record.sequence, record.prevhash};
    EXPECT_EQ(read_chain_link(encode(record)), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    Golden,
    testing::ValuesIn(golden_records()),
    [](const auto& golden) {
        std::string name = golden.param.name;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    }
);

/// Stored bytes must stay readable: a golden file exists before such bytes are stored anywhere.
TEST(GoldenFiles, HoldEveryTypeThatIsRead) {
    std::set<std::string> stored;
    for (const std::string& value : golden_values()) {
        stored.insert(nlohmann::json::parse(value).at("type").get<std::string>());
    }
    std::set<std::string> readable;
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) {
            EXPECT_TRUE(readable.emplace(type.name).second) << type.name << " has two readers";
        }
    });
    EXPECT_EQ(stored, readable);
}

TEST(GoldenFiles, CoverEveryEventAndActorAndIdempotency) {
    std::map<std::size_t, std::set<std::size_t>> events;  // by kind
    std::set<std::size_t> actors;
    std::set<bool> idempotent;
    std::set<bool> requested;
    for (const GoldenRecord& golden : golden_records()) {
        const auto index = [](const auto& fact) { return fact.event.index(); };
        const auto& event = golden.record.event;
        events[event.index()].insert(std::visit(index, event));
        actors.insert(golden.record.actor.index());
        idempotent.insert(golden.record.idempotency.has_value());
        requested.insert(!golden.record.request_id.empty());
    }
    std::size_t number = 0;
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        EXPECT_EQ(events[number++].size(), std::variant_size_v<typename Kind::Event>);
    });
    EXPECT_EQ(actors.size(), std::variant_size_v<Actor>);
    EXPECT_EQ(idempotent.size(), 2U);
    EXPECT_EQ(requested.size(), 2U);
}

TEST(GoldenFiles, AreAChainOfFactsForEachOrganization) {
    std::map<domain::OrganizationId, Head> heads;
    for (const std::string& value : golden_values()) {
        const auto link = read_chain_link(value);
        ASSERT_TRUE(link);
        Head& head = heads[link->organization];
        EXPECT_TRUE(is_fact(*link, head, 0, 1)) << link->sequence;
        head = {link->sequence, sha256(value), {}};
    }
    EXPECT_EQ(heads.size(), 2U);
}

TEST(GoldenFiles, TellAHistoryThatTheDomainAccepts) {
    std::map<AggregateId, State> states;
    for (const auto& golden : golden_records()) {
        const auto time = golden.record.time;
        std::visit(
            [&]<class Kind>(const RecordEventOf<Kind>& fact) {
                using KindsState = typename Kind::State;
                State& state = states.try_emplace(fact.id, KindsState()).first->second;
                auto next = evolve(
                    std::get<KindsState>(state),
                    fact.event,
                    {fact.id, fact.version, time, golden.record.sequence}
                );
                ASSERT_TRUE(next) << golden.name;
                state = *std::move(next);
            },
            golden.record.event
        );
    }
    EXPECT_EQ(states.size(), 4U + 2 + 1);
}

TEST(Scopes, ThatAreNewerThanAVersionMakeItsRecordUnreadable) {
    const std::string newer = encode(golden("token-issued-of-newer-scopes"));
    EXPECT_FALSE(decode(replaced(newer, "token_issued.v2", "token_issued.v1")));
    const std::string older = encode(golden("02-token-issued"));
    EXPECT_TRUE(decode(replaced(older, "token_issued.v1", "token_issued.v2")));
    EXPECT_FALSE(decode(replaced(newer, R"("events")", R"("admin")")));
}

TEST(GoldenFiles, AreNoMoreThanTheRecords) {
    std::set<std::string> files;
    for (const auto& file : std::filesystem::directory_iterator(golden_path("x").parent_path())) {
        files.insert(file.path().stem());
    }
    std::set<std::string> names;
    for (const GoldenRecord& golden : golden_records()) names.insert(golden.name);
    EXPECT_EQ(files, names);
}

domain::AppointmentScheduled& scheduled_in(Record& record) {
    return std::get<domain::AppointmentScheduled>(
        std::get<AppointmentRecordEvent>(record.event).event
    );
}

void expect_round_trip(const Record& record) {
    const auto read = decode(encode(record));
    ASSERT_TRUE(read) << read.error().why << '\n' << encode(record);
    EXPECT_EQ(*read, record);
}

TEST(Encode, LeavesOutWhatDoesNotApply) {
    const auto json = nlohmann::json::parse(encode(golden("appointment-missed")));
    EXPECT_FALSE(json.contains("requestid"));
    EXPECT_FALSE(json.contains("idempotencykey"));
    EXPECT_FALSE(json.contains("requesthash"));
    EXPECT_EQ(json["version"], "2");
    EXPECT_FALSE(nlohmann::json::parse(encode(golden("token-issued"))).contains("version"));
}

TEST(Encode, KeepsTheLargestNumbersAndAllTimes) {
    Record record = golden("appointment-scheduled");
    record.sequence = ~Sequence{0};
    std::get<AppointmentRecordEvent>(record.event).version = ~domain::Version{0};
    for (const domain::Timestamp time : {domain::kEarliest, domain::kLatest}) {
        record.time = time;
        scheduled_in(record).start = time;
        expect_round_trip(record);
    }
}

TEST(Encode, EscapesWhatJsonMustAndNothingElse) {
    std::string all;
    for (char c = 1; c < 127; ++c) all += c;
    all += "\x7f\u0080é\u2028東🛂";
    Record record = golden("appointment-scheduled");
    scheduled_in(record).title = domain::Title::parse(all).value();
    expect_round_trip(record);
    const std::string value = encode(record);
    EXPECT_EQ(nlohmann::ordered_json::parse(value).dump(), value);
    EXPECT_EQ(value.find('\n'), std::string::npos);
}

TEST(Encode, KeepsTheOrderOfConfigKeys) {
    Record record = golden("appointment-scheduled");
    domain::Config config;
    constexpr auto kFeatures = kAllOf<domain::Feature>;
    for (auto it = kFeatures.rbegin(); it != kFeatures.rend(); ++it) {
        config.set(*it, it != kFeatures.rbegin());
    }
    scheduled_in(record).config = config;
    auto read = decode(encode(record));
    ASSERT_TRUE(read);
    EXPECT_EQ(scheduled_in(*read).config.entries(), config.entries());
}

/// Every event that holds a role, a feature or a status, with each of them.
std::vector<domain::AppointmentEvent> events_with_enumerators() {
    using namespace domain;
    const Record record = golden("appointment-scheduled");
    const auto scheduled =
        std::get<AppointmentScheduled>(std::get<AppointmentRecordEvent>(record.event).event);
    std::vector<AppointmentEvent> events;
    for (const auto role : kAllOf<Role>) {
        auto with_role = scheduled;
        for (auto& participant : with_role.participants) participant.role = role;
        events.emplace_back(with_role);
        events.emplace_back(ParticipantsAdded{with_role.participants});
        events.emplace_back(ParticipantsRemoved{with_role.participants});
        events.emplace_back(ParticipantUpdated{{}, {}, Change<Role>{role, role}});
    }
    for (const auto feature : kAllOf<Feature>) {
        auto with_feature = scheduled;
        with_feature.config = {};
        with_feature.config.set(feature, true);
        events.emplace_back(with_feature);
        AppointmentUpdated updated;
        updated.config = Change<Config>{{}, with_feature.config};
        events.emplace_back(updated);
    }
    for (const auto status : kAllOf<Status>) {
        AppointmentUpdated updated;
        updated.status = Change<Status>{status, status};
        events.emplace_back(updated);
        events.emplace_back(ParticipantJoined{{}, updated.status});
    }
    return events;
}

TEST(Encode, WritesEveryEnumeratorUnderATypeThatMayHoldIt) {
    Record record = golden("appointment-scheduled");
    for (const auto& event : events_with_enumerators()) {
        std::get<AppointmentRecordEvent>(record.event).event = event;
        expect_round_trip(record);
    }
}

TEST(Encode, KeepsTheSubsetsOfAChange) {
    Record record = golden("appointment-updated");
    const auto all =
        std::get<domain::AppointmentUpdated>(std::get<AppointmentRecordEvent>(record.event).event);
    for (int subset = 0; subset < 32; ++subset) {
        domain::AppointmentUpdated event;
        if (subset & 1) event.title = all.title;
        if (subset & 2) event.start = all.start;
        if (subset & 4) event.duration = all.duration;
        if (subset & 8) event.config = all.config;
        if (subset & 16) event.status = {domain::Status::active, domain::Status::completed};
        std::get<AppointmentRecordEvent>(record.event).event = event;
        expect_round_trip(record);
    }
}

TEST(Encode, TellsNullFromBlankInAChangeOfName) {
    Record record = golden("participant-updated");
    auto& event =
        std::get<domain::ParticipantUpdated>(std::get<AppointmentRecordEvent>(record.event).event);
    const std::optional<domain::DisplayName> blank = domain::DisplayName::parse("").value();
    event.role.reset();
    event.display_name = {std::nullopt, blank};
    expect_round_trip(record);
    event.display_name = {blank, std::nullopt};
    expect_round_trip(record);
    event.display_name.reset();
    expect_round_trip(record);
}

TEST(Encode, KeepsEverySetOfScopes) {
    Record record = golden("token-issued");
    auto& event = std::get<OrganizationRecordEvent>(record.event).event;
    for (unsigned bits = 0; bits <= domain::Scopes::all().bits; ++bits) {
        std::get<domain::TokenIssued>(event).token.scopes.bits = static_cast<std::uint8_t>(bits);
        expect_round_trip(record);
    }
}

TEST(Encode, KeepsEveryRoleAndStatus) {
    Record record = golden("participants-added");
    auto& event = std::get<AppointmentRecordEvent>(record.event).event;
    for (const auto role : kAllOf<domain::Role>) {
        std::get<domain::ParticipantsAdded>(event).participants.front().role = role;
        expect_round_trip(record);
    }
    for (const auto status : kAllOf<domain::Status>) {
        event = domain::ParticipantJoined{{}, domain::Change<domain::Status>{status, status}};
        expect_round_trip(record);
    }
}

TEST(Encode, KeepsTextsAndListsAtTheirLimits) {
    Record record = golden("appointment-scheduled");
    static_assert(limits::kUniqueId.stored == limits::kTitle.stored);
    std::string longest;
    for (std::size_t i = 0; i < limits::kTitle.stored; ++i) longest += "🛂";
    auto& event = scheduled_in(record);
    event.title = domain::Title::parse(longest).value();
    event.participants.resize(2, event.participants.front());
    event.participants.front().unique_id = domain::UniqueId::parse(longest).value();
    event.participants.resize(limits::kParticipants.stored, event.participants.front());
    record.request_id = std::string(limits::kRequestId.stored, '~');
    record.idempotency->key = std::string(limits::kIdempotencyKey.stored, '~');
    expect_round_trip(record);
    EXPECT_LT(encode(record).size(), kMaxRecordBytes);
}

}  // namespace
}  // namespace consularia::ledger
