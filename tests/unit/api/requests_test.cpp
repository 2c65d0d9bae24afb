// Bodies that create, update and change participants; and those of the admin.

#include "api/bodies/requests.hpp"

#include "tests/unit/api/bodies.hpp"

namespace consularia::api {
namespace {

/// 2026-11-23T10:00:00Z.
constexpr domain::Timestamp kNow{std::chrono::seconds(1'795'428'000)};

constexpr std::string_view kGood =
    R"({"title":" T ","start_date_time":"2031-05-06T07:08:09Z","duration_minutes":"30",)";

template <class T>
std::string errors_of(const Read<T>& result) {
    return result ? "taken" : result.error().to_json();
}

std::string create_errors(std::string_view more) {
    return errors_of(read_create(json(std::string(kGood) + std::string(more) + "}")));
}

std::string people(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += (i ? "," : "") + ("{\"unique_id\":" + std::to_string(i)) + R"(,"role":"moderator"})";
    }
    return "[" + out + "]";
}

TEST(Create, ReadsEveryField) {
    const auto body = read_create(json(
        std::string(kGood) +
        R"("config":{"chat_enabled":0},"participants":[{"unique_id":5,"role":"moderator"},)"
        R"({"unique_id":" b ","display_name":"","role":"participant","id":"x","zzz":[]}],)"
        R"("id":1,"status":"completed","zzz":{"a":[1]}})"
    ));
    ASSERT_TRUE(body) << body.error().to_json();
    EXPECT_EQ(body->title.value(), "T");
    EXPECT_EQ(domain::format(body->start), "2031-05-06T07:08:09Z");
    EXPECT_EQ(body->duration.minutes(), 30);
    domain::Config config;
    config.set(domain::Feature::chat, false);
    EXPECT_EQ(body->config, config);
    const std::vector<domain::NewParticipant> participants{
        {{}, *domain::UniqueId::parse("5"), std::nullopt, domain::Role::moderator},
        {{},
         *domain::UniqueId::parse("b"),
         *domain::DisplayName::parse(""),
         domain::Role::participant}};
    EXPECT_EQ(body->participants, participants);
}

TEST(Create, TakesAnAbsentOrNullConfigAndNoParticipants) {
    for (const char* more : {R"("participants":[])", R"("participants":[],"config":null)"}) {
        const auto body = read_create(json(std::string(kGood) + more + "}"));
        ASSERT_TRUE(body);
        EXPECT_EQ(body->config, domain::Config{});
        EXPECT_TRUE(body->participants.empty());
    }
}

TEST(Create, NamesEveryMissingFieldInOrder) {
    const std::string required = R"(["This field is required."])";
    EXPECT_EQ(
        errors_of(read_create(json(R"({"color":"red"})"))),
        R"({"title":)" + required + R"(,"start_date_time":)" + required +
            R"(,"duration_minutes":)" + required + R"(,"participants":)" + required + "}"
    );
}

TEST(Create, ReportsAllFieldsTogether) {
    EXPECT_EQ(
        errors_of(read_create(json(
            R"({"config":[1],"participants":[{"unique_id":"a","role":"moderator"},{"role":"x"},)"
            R"(null,7,{"unique_id":"","display_name":null},[]],"duration_minutes":14,)"
            R"("start_date_time":"then","title":"\t"})"
        ))),
        R"({"title":["This field may not be blank."],"start_date_time":["Datetime has wrong format. )"
        R"(Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."],)"
        R"("duration_minutes":["Ensure this value is greater than or equal to 15."],"participants":[{},)"
        R"({"unique_id":["This field is required."],"role":["\"x\" is not a valid choice."]},)"
        R"(["This field may not be null."],)"
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got int."]},)"
        R"({"unique_id":["This field may not be blank."],"display_name":)"
        R"(["This field may not be null."],"role":["This field is required."]},)"
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}],)"
        R"("config":["Expected a dictionary of items but got type \"list\"."]})"
    );
}

TEST(Create, NeedsAnObject) {
    struct Row {
        const char* body;
        const char* type;
    };

    for (const auto& [body, type] : std::vector<Row>{
             {"[]", "list"},
             {"[{}]", "list"},
             {"\"x\"", "str"},
             {"\"\"", "str"},
             {"0", "int"},
             {"-5", "int"},
             {"1.5", "float"},
             {"1e3", "float"},
             {"true", "bool"}}) {
        const std::string expected =
            R"({"non_field_errors":["Invalid data. Expected a dictionary, but got )" +
            std::string(type) + ".\"]}";
        EXPECT_EQ(errors_of(read_create(json(body))), expected);
        EXPECT_EQ(errors_of(read_update(json(body))), expected);
        EXPECT_EQ(errors_of(read_participant_update(json(body))), expected);
        EXPECT_EQ(errors_of(read_organization_create(json(body))), expected);
        EXPECT_EQ(errors_of(read_token_create(json(body), kNow)), expected);
    }
    const std::string no_data = R"({"non_field_errors":["No data provided"]})";
    EXPECT_EQ(errors_of(read_create(json("null"))), no_data);
    EXPECT_EQ(errors_of(read_update(json("null"))), no_data);
    EXPECT_EQ(errors_of(read_participant_update(json("null"))), no_data);
    EXPECT_EQ(errors_of(read_organization_create(json("null"))), no_data);
    EXPECT_EQ(errors_of(read_token_create(json("null"), kNow)), no_data);
}

TEST(Create, NeedsAListOfParticipants) {
    EXPECT_EQ(
        create_errors(R"("participants":null)"),
        R"({"participants":["This field may not be null."]})"
    );
    EXPECT_EQ(
        create_errors(R"("participants":{})"),
        R"({"participants":{"non_field_errors":["Expected a list of items but got type \"dict\"."]}})"
    );
    EXPECT_EQ(
        create_errors(R"("participants":5)"),
        R"({"participants":{"non_field_errors":["Expected a list of items but got type \"int\"."]}})"
    );
}

TEST(Create, TakesAThousandParticipantsAndRefusesMoreBeforeLookingAtThem) {
    const auto body =
        read_create(json(std::string(kGood) + R"("participants":)" + people(1000) + "}"));
    ASSERT_TRUE(body);
    EXPECT_EQ(body->participants.size(), 1000U);
    const std::string expected =
        R"({"participants":{"non_field_errors":["An appointment has at most 1000 participants."]}})";
    EXPECT_EQ(create_errors(R"("participants":)" + people(1001)), expected);
    EXPECT_EQ(create_errors(R"("participants":[0)" + repeat(",0", 1000) + "]"), expected);
}

TEST(Create, ReportsDuplicatesOnTheLaterItems) {
    const std::string duplicate =
        R"("unique_id":["A participant with this unique_id already exists in this appointment."])";
    EXPECT_EQ(
        create_errors(
            R"("participants":[{"unique_id":"5","role":"moderator"},{"unique_id":"A","role":"moderator"},)"
            R"({"unique_id":5,"role":"participant"},{"unique_id":"a","role":"moderator"},)"
            R"({"unique_id":" A\t","role":"participant"}])"
        ),
        R"({"participants":[{},{},{)" + duplicate + R"(},{},{)" + duplicate + "}]}"
    );
}

TEST(Create, FindsDuplicatesAmongItemsThatAreBadOtherwise) {
    EXPECT_EQ(
        create_errors(
            R"("participants":[{"unique_id":"a"},{"unique_id":"a","role":"x","display_name":null},)"
            R"({"unique_id":""},{"unique_id":""}])"
        ),
        R"({"participants":[{"role":["This field is required."]},)"
        R"({"unique_id":["A participant with this unique_id already exists in this appointment."],)"
        R"("display_name":["This field may not be null."],"role":["\"x\" is not a valid choice."]},)"
        R"({"unique_id":["This field may not be blank."],"role":["This field is required."]},)"
        R"({"unique_id":["This field may not be blank."],"role":["This field is required."]}]})"
    );
}

TEST(Update, ReadsWhatIsGiven) {
    const auto nothing = read_update(json(R"({"status":"completed","participants":7,"x":null})"));
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->title || nothing->start || nothing->duration || nothing->config);
    const auto all = read_update(
        json(R"({"title":"A","start_date_time":"2040-01-01","duration_minutes":15,"config":null})")
    );
    ASSERT_TRUE(all);
    EXPECT_EQ(all->title->value(), "A");
    EXPECT_EQ(domain::format(*all->start), "2040-01-01T00:00:00Z");
    EXPECT_EQ(all->duration->minutes(), 15);
    EXPECT_EQ(*all->config, domain::Config{});
}

TEST(Update, ReportsAllFieldsTogether) {
    EXPECT_EQ(
        errors_of(read_update(json(R"({"config":{"x":1},"duration_minutes":721,"title":null})"))),
        R"({"title":["This field may not be null."],)"
        R"("duration_minutes":["Ensure this value is less than or equal to 720."],)"
        R"("config":{"x":["Unknown field."]}})"
    );
}

TEST(ParticipantUpdate, TellsNullFromAbsent) {
    const auto nothing = read_participant_update(json(R"({"unique_id":"x"})"));
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->display_name);
    EXPECT_FALSE(nothing->role);
    const auto null = read_participant_update(json(R"({"display_name":null,"role":"moderator"})"));
    ASSERT_TRUE(null);
    ASSERT_TRUE(null->display_name);
    EXPECT_FALSE(*null->display_name);
    EXPECT_EQ(null->role, domain::Role::moderator);
    const auto named = read_participant_update(json(R"({"display_name":" N "})"));
    ASSERT_TRUE(named);
    EXPECT_EQ((*named->display_name)->value(), "N");
}

TEST(ParticipantUpdate, ReportsAllFieldsTogether) {
    EXPECT_EQ(
        errors_of(read_participant_update(json(R"({"role":null,"display_name":true})"))),
        R"({"display_name":["Not a valid string."],"role":["This field may not be null."]})"
    );
}

TEST(OrganizationCreate, ReadsItsName) {
    const auto name = read_organization_create(json(R"({"name":" Embassy ","id":1})"));
    ASSERT_TRUE(name);
    EXPECT_EQ(name->value(), "Embassy");
    EXPECT_EQ(
        errors_of(read_organization_create(json("{}"))), R"({"name":["This field is required."]})"
    );
    EXPECT_EQ(
        errors_of(read_organization_create(json(R"({"name":""})"))),
        R"({"name":["This field may not be blank."]})"
    );
}

TEST(TokenCreate, ReadsNameScopesAndExpiry) {
    const auto token = read_token_create(
        json(R"({"name":"t","scopes":["read","audit"],"expires_at":"2031-01-01T00:00:00Z"})"), kNow
    );
    ASSERT_TRUE(token);
    EXPECT_EQ(token->name.value(), "t");
    EXPECT_EQ(token->scopes.bits, 5);
    EXPECT_EQ(domain::format(token->expires_at.value()), "2031-01-01T00:00:00Z");
    for (const char* more : {"", R"(,"expires_at":null)"}) {
        const auto endless = read_token_create(
            json(R"({"name":"t","scopes":["write"])" + std::string(more) + "}"), kNow
        );
        ASSERT_TRUE(endless) << more;
        EXPECT_FALSE(endless->expires_at);
    }
}

TEST(TokenCreate, ReportsAnEndInThePastBesideOtherErrorsAndLeavesItToTheDecisionAlone) {
    const std::string past = R"("expires_at":"2026-11-23T10:00:00Z"})";
    EXPECT_EQ(
        errors_of(read_token_create(json(R"({"scopes":["read"],)" + past), kNow)),
        R"({"name":["This field is required."],)"
        R"("expires_at":["Ensure this value lies in the future."]})"
    );
    EXPECT_TRUE(read_token_create(json(R"({"name":"t","scopes":["read"],)" + past), kNow));
    const domain::Timestamp before = kNow - std::chrono::microseconds(1);
    EXPECT_EQ(
        errors_of(read_token_create(json(R"({"scopes":["read"],)" + past), before)),
        R"({"name":["This field is required."]})"
    );
}

TEST(TokenCreate, ReportsAllFieldsTogether) {
    for (const char* bad : {"5", R"("")", R"(" ")"}) {
        EXPECT_EQ(
            errors_of(read_token_create(
                json(R"({"scopes":"read","expires_at":)" + std::string(bad) + "}"), kNow
            )),
            R"({"name":["This field is required."],)"
            R"("scopes":["Expected a list of items but got type \"str\"."],)"
            R"("expires_at":["Datetime has wrong format. Use one of these formats instead: )"
            R"(YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]})"
        ) << bad;
    }
}

}  // namespace
}  // namespace consularia::api
