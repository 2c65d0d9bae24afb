#include "projections/row_codec.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/row_bytes.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using domain::Status;

domain::Details sample_details() {
    return {
        appointment_id(7),
        make_title("Grüße \U0001F5D3 \"quoted\""),
        domain::kEarliest,
        minutes(720),
        make_config({{domain::Feature::raise_hand, false}, {domain::Feature::chat, true}}),
        std::vector<domain::Participant>{
            {participant_id(1), make_unique_id("ann"), make_display_name(""), {}, 3},
            {participant_id(2), make_unique_id("bob"), std::nullopt, domain::Role::participant, 1}},
        kBefore,
        domain::kLatest,
        std::numeric_limits<domain::Version>::max(),
        true,
        std::numeric_limits<domain::Version>::max(),
        {}};
}

/// One row of every kind that a table can hold and whose codec reads it to the end.
std::vector<std::string> sample_rows() {
    return {
        encode_head({{7, {1, 2, 3}, kStart}, Freeze{12, 6, "abc"}, 5}),
        encode_organization(
            {organization_id(), make_organization_name("A"), kStart, {{make_grant(), kEnd}}}
        ),
        encode_token({token_id(), domain::Scopes::all(), kEnd}),
        encode_remembered({{9}, 8, kStart})};
}

TEST(RowCodec, StatesComeBackInEveryStatusAndWhenAbsent) {
    for (const auto status :
         {Status::scheduled, Status::active, Status::completed, Status::missed}) {
        const auto state = domain::with_status(status, sample_details());
        EXPECT_EQ(decode_state(encode_state(state)), state);
        const auto row = decode_state_row(encode_state_row({state, {63, 1 << 18}}));
        EXPECT_EQ(row.state, state);
        EXPECT_EQ(row.unkept, (Unkept{63, 1 << 18}));
    }
    EXPECT_EQ(decode_state(encode_state(domain::Absent{})), domain::Appointment{});
    EXPECT_THROW((void)decode_state_row(encode_state_row({})), ledger::StorageError);
}

TEST(RowCodec, OfAStateOneParticipantIsDecodedWithoutTheOthers) {
    const auto whole = sample_details();
    const auto bytes = encode_state(domain::Active{whole});
    for (const auto& wanted : *whole.participants) {
        auto alone = whole;
        alone.participants = std::vector{wanted};
        EXPECT_EQ(decode_state(bytes, wanted.id), domain::Appointment{domain::Active{alone}});
    }
    const auto found = decode_state(bytes, participant_id(3));
    EXPECT_TRUE(domain::details_of(found)->participants->empty());
    EXPECT_EQ(
        decode_state(encode_state(domain::Absent{}), participant_id(1)), domain::Appointment{}
    );
    EXPECT_THROW((void)decode_state(bytes + "x", participant_id(1)), ledger::StorageError);
}

TEST(RowCodec, AStateIsKeptAsItsRepresentationShowsIt) {
    auto details = sample_details();
    details.tag = 7;
    details.joins = std::vector<domain::LastJoin>{{participant_id(1), kStart}};
    const auto decoded = decode_state(encode_state(domain::Active{details}));
    details.version = 7;
    details.joins = {};
    EXPECT_EQ(decoded, domain::Appointment(domain::Active{details}));
}

TEST(RowCodec, ConfigKeepsTheOrderInWhichItWasGiven) {
    const auto decoded = decode_state(encode_state(domain::Active{sample_details()}));
    EXPECT_EQ(domain::details_of(decoded)->config.entries(), sample_details().config.entries());
}

TEST(RowCodec, DocumentsComeBackWithTheirPlaces) {
    const auto row = encode_document(9, {R"({"participants":[{},{"a":1}]})", 17, {2, 7}});
    const auto document = decode_document(row);
    EXPECT_EQ(document.version, 9U);
    EXPECT_EQ(document.json, R"({"participants":[{},{"a":1}]})");
    const auto rendered = decode_rendered(row);
    EXPECT_EQ(rendered.json, document.json);
    EXPECT_EQ(rendered.participants_at, 17U);
    EXPECT_EQ(rendered.lengths, (std::vector<std::size_t>{2, 7}));
    const auto short_row = encode_document(9, {R"({"participants":[{},{"a":1}]})", 17, {2, 70}});
    EXPECT_THROW((void)decode_rendered(short_row), ledger::StorageError);
}

TEST(RowCodec, ActivityComesBack) {
    const Activity active{42, 7, 41, domain::Status::active, kStart};
    EXPECT_EQ(decode_activity(encode_activity(active)), active);
    const Activity deleted{42, 0, 42, std::nullopt, {}};
    EXPECT_EQ(decode_activity(encode_activity(deleted)), deleted);
    auto damaged = encode_activity(active);
    damaged.at(24) = '\x05';
    EXPECT_THROW((void)decode_activity(damaged), ledger::StorageError);
    EXPECT_EQ(decode_time(encode_time(kStart)), kStart);
    EXPECT_THROW((void)decode_activity(encode_activity({}) + "x"), ledger::StorageError);
    EXPECT_THROW((void)decode_time("1234567"), ledger::StorageError);
}

TEST(RowCodec, OrganizationsComeBackWithTheirTokens) {
    auto limited = make_grant(2);
    limited.scopes = {};
    limited.scopes.add(domain::Scope::audit);
    limited.expires_at = kEnd;
    const domain::Registered organization{
        organization_id(5),
        make_organization_name("Konsulat Köln"),
        kStart,
        {{make_grant(1), kStart}, {limited, kAfter}}};
    EXPECT_EQ(decode_organization(encode_organization(organization)), organization);
}

TEST(RowCodec, HeadsComeBackFrozenOrNot) {
    const HeadRow going{{3, {1}, kStart}, std::nullopt, 2};
    const HeadRow frozen{{4, {2}, kEnd}, Freeze{17, 3, "abc"}, 1};
    EXPECT_EQ(decode_head(encode_head(going)), going);
    EXPECT_EQ(decode_head(encode_head(frozen)), frozen);
}

TEST(RowCodec, TokensAndRememberedKeysComeBack) {
    domain::Scopes scopes;
    scopes.add(domain::Scope::write);
    const auto token = decode_token(encode_token({token_id(4), scopes, std::nullopt}));
    EXPECT_EQ(token.id, token_id(4));
    EXPECT_EQ(token.scopes, scopes);
    EXPECT_EQ(token.expires_at, std::nullopt);

    const auto remembered = decode_remembered(encode_remembered({{7, 7}, 42, kStart}));
    EXPECT_EQ(remembered.request_hash, (ledger::Hash{7, 7}));
    EXPECT_EQ(remembered.sequence, 42U);
    EXPECT_EQ(remembered.time, kStart);
}

TEST(RowCodec, DamagedRowsAreAnErrorOfTheMachineAndNeverAnAbort) {
    const auto row = encode_state_row({domain::Active{sample_details()}, {}});
    for (std::size_t size = 0; size < row.size(); ++size) {
        EXPECT_THROW((void)decode_state_row(row.substr(0, size)), ledger::StorageError);
    }
    EXPECT_THROW((void)decode_head(""), ledger::StorageError);
    EXPECT_THROW((void)decode_head(encode_head({}) + "x"), ledger::StorageError);
    EXPECT_THROW((void)decode_document("1234567"), ledger::StorageError);
    for (const auto& other : sample_rows()) {
        EXPECT_THROW((void)decode_head(other.substr(0, 30)), ledger::StorageError);
        EXPECT_THROW((void)decode_organization(other.substr(0, 30)), ledger::StorageError);
        EXPECT_THROW((void)decode_remembered(other.substr(0, 30)), ledger::StorageError);
        EXPECT_THROW((void)decode_token(other.substr(0, 16)), ledger::StorageError);
    }
}

TEST(RowCodec, AScopeIsTheBitOfItsByte) {
    constexpr std::size_t kScopesAt = 16;  // after the token's id
    for (const auto scope : kAllOf<domain::Scope>) {
        domain::Scopes scopes;
        scopes.add(scope);
        auto row = encode_token({token_id(), scopes, std::nullopt});
        EXPECT_EQ(row.at(kScopesAt), 1 << byte_of(scope));
        EXPECT_EQ(decode_token(row).scopes, scopes);
        row.at(kScopesAt) |= 1 << 6;
        EXPECT_THROW((void)decode_token(row), ledger::StorageError);
    }
}

TEST(RowCodec, AStateThatGoesOnBehindItsEndIsDamage) {
    const auto bytes = encode_state(domain::Active{sample_details()});
    EXPECT_THROW((void)decode_state(bytes + "x"), ledger::StorageError);
    EXPECT_THROW((void)decode_state(encode_state({}) + "x"), ledger::StorageError);
}

TEST(RowCodec, ValuesThatNoDomainTypeHasAreDamage) {
    auto bytes = encode_state(domain::Active{sample_details()});
    bytes.at(0) = 5;  // the status; 4 is that of what is absent
    EXPECT_THROW((void)decode_state(bytes), ledger::StorageError);
}

}  // namespace
}  // namespace consularia::projections
