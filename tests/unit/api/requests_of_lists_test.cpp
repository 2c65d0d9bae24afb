// Bodies that are lists: participants to add and to remove; and requests that came as forms.

#include "api/bodies/requests.hpp"
#include "tests/unit/api/bodies.hpp"

namespace consularia::api {
namespace {

const std::string kId = "0192f0c1-2345-7abc-8def-0123456789ab";

template <class Body>
std::string errors_of(const Body& body) {
    return body.list_error ? body.list_error->to_json() : Errors{body.errors}.to_json();
}

Value list_form(std::string_view text) {
    return *read_body({MediaType::form, {}}, std::string(text), Shape::list);
}

TEST(Add, ReadsEveryItem) {
    const auto body = read_add(json(
        R"([{"unique_id":"a","role":"moderator","id":"x"},{"unique_id":"a","display_name":"B",)"
        R"("role":"participant"}])"
    ));
    ASSERT_TRUE(body.good()) << errors_of(body);
    const auto a = *domain::UniqueId::parse("a");
    EXPECT_EQ(
        body.participants,
        (std::vector<domain::NewParticipant>{
            {{}, a, std::nullopt, domain::Role::moderator},
            {{}, a, *domain::DisplayName::parse("B"), domain::Role::participant}})
    );
    EXPECT_EQ(body.unique_ids, (std::vector<std::optional<domain::UniqueId>>{a, a}));
    EXPECT_EQ(errors_of(body), "[{},{}]");
}

TEST(Add, ReportsOneEntryPerItem) {
    const auto body = read_add(json(
        R"([{"unique_id":"a","role":"moderator"},{"unique_id":"b"},null,"x",{"role":"moderator"}])"
    ));
    EXPECT_FALSE(body.good());
    EXPECT_EQ(
        errors_of(body),
        R"([{},{"role":["This field is required."]},["This field may not be null."],)"
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got str."]},)"
        R"({"unique_id":["This field is required."]}])"
    );
    EXPECT_TRUE(body.participants.empty());
    EXPECT_EQ(
        body.unique_ids,
        (std::vector<std::optional<domain::UniqueId>>{
            *domain::UniqueId::parse("a"),
            *domain::UniqueId::parse("b"),
            std::nullopt,
            std::nullopt,
            std::nullopt})
    );
}

TEST(AddAndRemove, NeedAList) {
    struct Row {
        const char* body;
        const char* type;
    };

    for (const auto& [text, type] : std::vector<Row>{
             {"{}", "dict"},
             {R"({"0":{}})", "dict"},
             {"\"x\"", "str"},
             {"5", "int"},
             {"-0.5", "float"},
             {"true", "bool"}}) {
        const std::string expected =
            R"({"non_field_errors":["Expected a list of items but got type \")" +
            std::string(type) + R"(\"."]})";
        EXPECT_EQ(errors_of(read_add(json(text))), expected);
        EXPECT_EQ(errors_of(read_remove(json(text))), expected);
        EXPECT_FALSE(read_add(json(text)).good());
        EXPECT_FALSE(read_remove(json(text)).good());
    }
    const std::string no_data = R"({"non_field_errors":["No data provided"]})";
    EXPECT_EQ(errors_of(read_add(json("null"))), no_data);
    EXPECT_EQ(errors_of(read_remove(json("null"))), no_data);
}

TEST(AddAndRemove, TakeAnEmptyList) {
    EXPECT_TRUE(read_add(json("[]")).good());
    EXPECT_TRUE(read_remove(json("[]")).good());
}

TEST(Add, RefusesMoreThanAThousandBeforeLookingAtThem) {
    const auto body = read_add(json("[0" + repeat(",0", 1000) + "]"));
    EXPECT_EQ(
        errors_of(body), R"({"non_field_errors":["An appointment has at most 1000 participants."]})"
    );
    EXPECT_TRUE(body.errors.empty());
    EXPECT_FALSE(read_add(json("[0" + repeat(",0", 999) + "]")).list_error);
}

TEST(Remove, ReadsIds) {
    const std::string item = R"({"id":")" + kId + R"(","unique_id":null})";
    const auto body = read_remove(json("[" + item + "," + item + "]"));
    ASSERT_TRUE(body.good());
    const auto id = domain::ParticipantId::parse(kId);
    EXPECT_EQ(body.ids, (std::vector<std::optional<domain::ParticipantId>>{id, id}));
    EXPECT_EQ(body.errors.size(), 2U);
}

TEST(Remove, ReportsOneEntryPerItem) {
    const auto body = read_remove(
        json(R"([{"id":")" + kId + R"("},{},{"id":"x"},{"id":null},")" + kId + R"(",null])")
    );
    EXPECT_FALSE(body.good());
    EXPECT_EQ(
        errors_of(body),
        R"([{},{"id":["This field is required."]},{"id":["Must be a valid UUID."]},)"
        R"({"id":["This field may not be null."]},)"
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got str."]},)"
        R"(["This field may not be null."]])"
    );
    ASSERT_EQ(body.ids.size(), 6U);
    EXPECT_TRUE(body.ids[0]);
    EXPECT_FALSE(body.ids[1] || body.ids[2] || body.ids[3] || body.ids[4] || body.ids[5]);
}

TEST(Remove, RefusesMoreItemsThanItsLimit) {
    EXPECT_FALSE(read_remove(json("[0" + repeat(",0", kMaxRemovals - 1) + "]")).list_error);
    EXPECT_EQ(
        errors_of(read_remove(json("[0" + repeat(",0", kMaxRemovals) + "]"))),
        R"({"non_field_errors":["Ensure this field has no more than 10000 elements."]})"
    );
}

TEST(FormRequests, AddAndRemoveLikeJson) {
    const auto add =
        read_add(list_form("[1]unique_id=b&[1]role=x&[0]unique_id=+a+&[0]role=moderator"));
    EXPECT_EQ(errors_of(add), R"([{},{"role":["\"x\" is not a valid choice."]}])");
    EXPECT_EQ(add.unique_ids[0], *domain::UniqueId::parse("a"));
    EXPECT_TRUE(read_remove(list_form("[0]id=" + kId)).good());
    EXPECT_EQ(
        errors_of(read_add(list_form("[0]=x"))),
        R"([{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}])"
    );
    EXPECT_TRUE(read_add(list_form("unique_id=a")).good());
}

TEST(FormRequests, CreateLikeJson) {
    const auto read = [](std::string_view text) {
        return read_create(*read_body({MediaType::form, {}}, std::string(text), Shape::object));
    };
    const auto good = read(
        "title=T&start_date_time=2031-05-06+07%3A08&duration_minutes=+60+&participants[0]unique_id="
        "a"
        "&participants[0]role=moderator&participants[0]display_name=&config.chat_enabled=on"
    );
    ASSERT_TRUE(good) << good.error().to_json();
    EXPECT_EQ(good->duration.minutes(), 60);
    EXPECT_EQ(good->participants.at(0).display_name, *domain::DisplayName::parse(""));
    EXPECT_EQ(good->config.entries().size(), 1U);
    const auto bad = read("title=&duration_minutes=&config.chat_enabled=&config.x=1");
    ASSERT_FALSE(bad);
    EXPECT_EQ(
        bad.error().to_json(),
        R"({"title":["This field may not be blank."],)"
        R"("start_date_time":["This field is required."],)"
        R"("duration_minutes":["A valid integer is required."],)"
        R"("participants":["This field is required."],)"
        R"("config":{"chat_enabled":["Must be a valid boolean."],"x":["Unknown field."]}})"
    );
}

TEST(FormRequests, RefuseFilesInTheStyleOfEachField) {
    const std::string part = "--b\r\nContent-Disposition: form-data; filename=x; name=";
    const auto value = read_body(
        {MediaType::multipart, "b"},
        part + "title\r\n\r\n60\r\n" + part + "duration_minutes\r\n\r\n60\r\n--b--",
        Shape::object
    );
    EXPECT_EQ(
        read_update(*value).error().to_json(),
        R"({"title":["Not a valid string."],"duration_minutes":["A valid integer is required."]})"
    );
}

TEST(FormRequests, GiveSeveralScopesByRepeatingThem) {
    const auto body = read_body(
        {MediaType::form, {}}, "name=t&scopes=read&scopes=write&expires_at=", Shape::object
    );
    const auto token = read_token_create(*body, {});
    ASSERT_TRUE(token);
    EXPECT_EQ(token->scopes.bits, 3);
    EXPECT_FALSE(token->expires_at);
}

}  // namespace
}  // namespace consularia::api
