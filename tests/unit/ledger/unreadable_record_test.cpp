// How decode reports values that are not in our form.

#include "tests/support/record_codec.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace consularia::ledger {
namespace {

std::string golden_value(std::string_view name) {
    return encode(golden(name));
}

/// A golden value in which a passage is replaced, and the error of decode.
struct Case {
    std::string_view golden;
    std::string_view passage;
    std::string_view replacement;
    std::string_view why;
};

void expect_why(const Case& it) {
    const auto record = decode(replaced(golden_value(it.golden), it.passage, it.replacement));
    ASSERT_FALSE(record) << it.passage << " -> " << it.replacement;
    EXPECT_EQ(record.error().why, it.why) << it.passage << " -> " << it.replacement;
}

constexpr std::string_view kMissing = " is missing";
constexpr std::string_view kUnknown = " has a value that this version does not know";

TEST(Decode, NamesTheAttributeThatIsMissing) {
    for (const std::string attribute :
         {"specversion",
          "id",
          "source",
          "type",
          "subject",
          "time",
          "datacontenttype",
          "sequence",
          "prevhash",
          "version",
          "actor",
          "requesthash",
          "idempotencykey",
          "data"}) {
        expect_why(
            {"appointment-scheduled",
             '"' + attribute + "\":",
             "\"other\":",
             attribute + std::string(kMissing)}
        );
    }
}

TEST(Decode, RefusesAttributesInAnotherForm) {
    const auto expect =
        [](std::string_view passage, std::string_view replacement, std::string_view attribute) {
            expect_why(
                {"appointment-scheduled",
                 passage,
                 replacement,
                 std::string(attribute) + std::string(kUnknown)}
            );
        };
    expect(R"("specversion":"1.0")", R"("specversion":"1.1")", "specversion");
    expect(R"("id":"01920a3c)", R"("id":"01920A3C)", "id");
    expect(R"("/organizations/)", R"("organizations/)", "source");
    expect(R"("appointments/)", R"("tokens/)", "subject");
    expect(R"(10:02:00.123456Z)", R"(10:02:00.123456+00:00)", "time");
    expect(R"(10:02:00.123456Z)", R"(10:02:00.1Z)", "time");
    expect(R"("application/json")", R"("text/plain")", "datacontenttype");
    expect(R"("sequence":"3")", R"("sequence":"03")", "sequence");
    expect(R"("version":"1")", R"("version":"0")", "version");
    expect(R"("actor":"tokens/0)", R"("actor":"tokens/x)", "actor");
    expect(R"("actor":"tokens/)", R"("actor":"system/ )", "actor");
    expect(R"("actor":"tokens/)", R"("actor":"Admin/)", "actor");
    expect(R"("requestid":"req)", R"("requestid":"é)", "requestid");
    expect(R"("idempotencykey":"book)", R"("idempotencykey":" )", "idempotencykey");
    expect(R"("requesthash":")", R"("requesthash":"0)", "requesthash");
}

TEST(Decode, RefusesAttributesOfAnotherType) {
    expect_why(
        {"appointment-scheduled",
         R"("sequence":"3")",
         R"("sequence":3)",
         "sequence is not a string"}
    );
    expect_why(
        {"appointment-scheduled", R"("data":{)", R"("data":[],"x":{)", "data is not an object"}
    );
    expect_why(
        {"appointment-scheduled",
         R"("type":"dev.consularia.appointment.scheduled.v1")",
         R"("type":null)",
         "type is not a string"}
    );
}

TEST(Decode, NamesAnUnknownTypeOfOursAndNoOther) {
    expect_why(
        {"appointment-started",
         "appointment.started.v1",
         "appointment.started.v2",
         "type dev.consularia.appointment.started.v2 is unknown to this version"}
    );
    expect_why(
        {"appointment-started",
         "dev.consularia.appointment.started.v1",
         "dev.consularia.Ada Lovelace",
         "type is not one of ours"}
    );
    expect_why(
        {"appointment-started",
         "dev.consularia.appointment.started.v1",
         "ada",
         "type is not one of ours"}
    );
}

TEST(Decode, RefusesASubjectThatContradictsTheData) {
    for (const char* name : {"organization-created", "token-issued", "token-revoked"}) {
        const std::string value = golden_value(name);
        const auto at = value.find("\"time\":") - 3;  // the last digit of the subject's id
        std::string other = value;
        other[at] = other[at] == '0' ? '1' : '0';
        const auto record = decode(other);
        ASSERT_FALSE(record) << name;
        EXPECT_EQ(record.error().why, "subject" + std::string(kUnknown));
    }
}

TEST(Decode, NamesTheMemberOfDataThatIsMissing) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"("start_date_time":)", "data.start_date_time"},
        {R"("duration_minutes":)", "data.duration_minutes"},
        {R"("config":)", "data.config"},
        {R"("private":)", "data.private"},
        {R"("title":)", "data.private.title"},
        {R"("participants":)", "data.participants"},
        {R"("role":)", "data.participants.role"},
        {R"("person":)", "data.participants.person"},
        {R"("unique_id":)", "data.participants.person.unique_id"},
        {R"("display_name":)", "data.participants.person.display_name"},
    };
    for (const auto& [key, path] : cases) {
        expect_why(
            {"appointment-scheduled", key, R"("other":)", std::string(path) + std::string(kMissing)}
        );
    }
}

TEST(Decode, RefusesDataOutOfItsLimits) {
    const auto expect =
        [](std::string_view passage, std::string_view replacement, std::string_view why) {
            expect_why({"appointment-scheduled", passage, replacement, why});
        };
    const std::string unknown(kUnknown);
    for (const char* minutes : {"14", "721", "-30", "4294967326"}) {
        expect(
            R"("duration_minutes":30)",
            std::string(R"("duration_minutes":)") + minutes,
            "data.duration_minutes is out of its limits"
        );
    }
    for (const char* minutes : {"30.0", "\"30\"", "null", "true", "18446744073709551615"}) {
        expect(
            R"("duration_minutes":30)",
            std::string(R"("duration_minutes":)") + minutes,
            "data.duration_minutes is not an integer of 64 bits"
        );
    }
    expect("11:00:00Z", "11:00Z", "data.start_date_time" + unknown);
    expect("2026-11-23T11", "0000-11-23T11", "data.start_date_time" + unknown);
    const std::string too_long = R"("title":")" + std::string(256, 'x') + R"(","t":")";
    expect(R"("title":")", too_long, "data.private.title" + unknown);
    expect(R"("title":")", R"("title":"","t":")", "data.private.title" + unknown);
    expect(R"("title":")", R"("title":"\u0000)", "data.private.title" + unknown);
    expect(R"("moderator")", R"("Moderator")", "data.participants.role" + unknown);
    expect(
        R"("unique_id":")",
        R"("unique_id":"","u":")",
        "data.participants.person.unique_id" + unknown
    );
    const std::string long_name = R"("display_name":")" + std::string(61, 'x') + R"(","d":")";
    expect(R"("display_name":")", long_name, "data.participants.person.display_name" + unknown);
    expect(
        R"("display_name":null)",
        R"("display_name":1)",
        "data.participants.person.display_name is not a string"
    );
    const std::string strange = "data.config has a member that this version does not know";
    expect(R"("chat_enabled":true)", R"("chat_enabled":1)", strange);
    expect(R"("chat_enabled":true)", R"("chat":true)", strange);
}

TEST(Decode, RefusesListsThatAreNone) {
    const auto expect = [](std::string_view replacement, std::string_view why) {
        expect_why({"appointment-scheduled", R"("participants":[)", replacement, why});
    };
    expect(R"("participants":{},"x":[)", "data.participants is not a list");
    expect(R"("participants":[1,)", "data.participants has an element that is not an object");
    std::string many = R"("participants":[)";
    for (std::size_t i = 0; i < domain::limits::kParticipants.stored; ++i) many += "{},";
    expect(many, "data.participants has too many elements");
}

TEST(Decode, RefusesScopesThatItDoesNotKnow) {
    const std::string why = "data.token.scopes has an element that this version does not know";
    for (const char* scopes : {R"(["read","admin"])", R"(["read","read"])", "[1]", "[null]"}) {
        expect_why({"token-issued", R"(["read","write"])", scopes, why});
    }
    expect_why(
        {"token-issued",
         R"("expires_at":")",
         R"("expires_at":null,"x":")",
         "data.token.expires_at is not a string"}
    );
}

TEST(Decode, NamesTheFirstThingThatIsWrong) {
    const auto value = replaced(encode(golden("appointment-scheduled")), "\"id\":", "\"x\":");
    const auto record = decode(replaced(value, "\"time\":\"", "\"time\":\"x"));
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().why, "id is missing");
}

TEST(Decode, RefusesAChangeWithoutSides) {
    for (const char* name : {"appointment-updated", "participant-updated"}) {
        const auto value = replaced(encode(golden(name)), "\"old\":", "\"older\":");
        const auto record = decode(replaced(value, "\"new\":", "\"newer\":"));
        ASSERT_FALSE(record) << name;
        EXPECT_EQ(record.error().why, "data.old is missing");
    }
}

TEST(Decode, RefusesAChangeWithOneSide) {
    const auto expect =
        [](std::string_view passage, std::string_view replacement, std::string_view why) {
            expect_why({"appointment-updated", passage, replacement, why});
        };
    expect(R"("old":{)", R"("older":{)", "data.old is missing");
    expect(R"("new":{)", R"("newer":{)", "data.new is missing");
    expect(R"("old":{"start_date_time")", R"("old":{"x")", "data.old.start_date_time is missing");
    expect(R"("new":{"start_date_time")", R"("new":{"x")", "data.new.start_date_time is missing");
    expect(R"("private":{"title":"Passport"})", R"("x":0)", "data.new.private is missing");
    expect(R"({"title":"Passport"})", R"({})", "data.new.private.title is missing");
    expect_why(
        {"updated-after-missed",
         R"("status":"missed")",
         R"("status":"lost")",
         "data.old.status" + std::string(kUnknown)}
    );
}

}  // namespace
}  // namespace consularia::ledger
