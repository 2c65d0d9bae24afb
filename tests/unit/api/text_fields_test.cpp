// Texts, datetimes, choices and ids: coercions, and the sentence for each fault.

#include "tests/unit/api/field_tables.hpp"

namespace consularia::api::field_tests {
namespace {

TEST(TextField, CoercesAndTrims) {
    expect(
        read_title,
        {{"\"a\"", "a"},
         {"5", "5"},
         {"-7", "-7"},
         {"0", "0"},
         {"5.5", "5.5"},
         {"5.10", "5.1"},
         {"1e2", "100.0"},
         {"1e16", "1e+16"},
         {"1e400", "1e400"},
         {"9007199254740993", "9007199254740993"},
         {"\"  pad  \"", "pad"},
         {"\"\\t\\n a b \\r\\n\"", "a b"},
         {"\"\\u3000wide\\u00a0\\u2028\"", "wide"},
         {"\"\\u200b\"", "\u200b"},
         {"\" \\ufeffx\"", "\ufeffx"},
         {in_quotes("  " + repeat("x", 255) + " "), repeat("x", 255)},
         {in_quotes(repeat("🦊", 255)), repeat("🦊", 255)}},
        kText
    );
}

TEST(TextField, SaysTheFirstFault) {
    const std::vector<Row> rows{
        {"true", kNotAString},
        {"false", kNotAString},
        {"[]", kNotAString},
        {"[\"a\"]", kNotAString},
        {"{}", kNotAString},
        {"{\"a\":1}", kNotAString},
        {"null", kNull},
        {"\"\"", kBlank},
        {"\" \\t\\r\\n \"", kBlank},
        {"\"\\u3000\\u00a0\"", kBlank},
        {in_quotes(repeat("x", 256)), kLong255},
        {in_quotes(repeat("é", 256)), kLong255},
        {"1" + repeat("0", 255), kLong255},
        {"\"a\\u0000b\"", kNul},
        {"\"\\u0000\"", kNul},
        {in_quotes("\\u0000" + repeat("x", 255)), kLong255}};
    expect(read_title, rows, kText);
    expect(read_unique_id, rows, kText);
    expect(read_organization_name, rows, kText);
    expect(read_token_name, rows, kText);
}

TEST(DisplayNameField, MayBeBlankButNotNull) {
    expect(
        read_display_name,
        {{"\"\"", ""},
         {"\" \\t\"", ""},
         {"\" Ann \"", "Ann"},
         {"7.5", "7.5"},
         {"null", kNull},
         {"true", kNotAString},
         {in_quotes(repeat("字", 60)), repeat("字", 60)},
         {in_quotes(repeat("字", 61)), kLong60},
         {"\"a\\u0000\"", kNul}},
        kText
    );
}

TEST(DisplayNameField, MayBeNullInAnUpdate) {
    expect(
        read_display_name_or_null,
        {{"\"\"", "<>"},
         {"\" Ann \"", "<Ann>"},
         {"null", "null"},
         {"[]", kNotAString},
         {in_quotes(repeat("x", 61)), kLong60}},
        [](const auto& name) { return name ? '<' + name->value() + '>' : std::string("null"); }
    );
}

TEST(DatetimeField, ReadsOnlyStrings) {
    expect(
        read_datetime,
        {{"\"2031-05-06T07:08:09.5+02:00\"", "2031-05-06T05:08:09.500000Z"},
         {"\"2031-5-6\"", "2031-05-06T00:00:00Z"},
         {"\"soon\"", kBadDatetime},
         {"\"\"", kBadDatetime},
         {"\" 2031-05-06\"", kBadDatetime},
         {"\"2031-05-06 \"", kBadDatetime},
         {"2031", kBadDatetime},
         {"20310506", kBadDatetime},
         {"true", kBadDatetime},
         {"[]", kBadDatetime},
         {"{}", kBadDatetime},
         {"null", kNull},
         {"\"0001-01-01T00:00+01:00\"", kOutOfRange}},
        kMoment
    );
}

TEST(RoleField, SaysWhatIsNoChoice) {
    expect(
        read_role,
        {{"\"moderator\"", "moderator"},
         {"\"participant\"", "participant"},
         {"null", kNull},
         {"\"\"", R"(["\"\" is not a valid choice."])"},
         {"\"Moderator\"", R"(["\"Moderator\" is not a valid choice."])"},
         {"\" moderator\"", R"(["\" moderator\" is not a valid choice."])"},
         {"\"moderator\\u0000\"", R"(["\"moderator\u0000\" is not a valid choice."])"},
         {"5", R"(["\"5\" is not a valid choice."])"},
         {"1e2", R"(["\"100.0\" is not a valid choice."])"},
         {"true", R"(["\"True\" is not a valid choice."])"},
         {"[\"moderator\"]", R"(["\"['moderator']\" is not a valid choice."])"},
         {"{\"a\":null}", R"(["\"{'a': None}\" is not a valid choice."])"}},
        kRole
    );
}

TEST(ParticipantIdField, ReadsUuidsFromStrings) {
    const std::string id = "0192f0c1-2345-7abc-8def-0123456789ab";
    expect(
        read_participant_id,
        {{in_quotes(id), id},
         {"\"0192F0C123457ABC8DEF0123456789AB\"", id},
         {"null", kNull},
         {"\"x\"", kNotAUuid},
         {"\"\"", kNotAUuid},
         {in_quotes(" " + id), kNotAUuid},
         {in_quotes(id + " "), kNotAUuid},
         {in_quotes("{" + id + "}"), kNotAUuid},
         {in_quotes("urn:uuid:" + id), kNotAUuid},
         {"5", kNotAUuid},
         {"true", kNotAUuid},
         {"[]", kNotAUuid},
         {"{}", kNotAUuid},
         {"12345678901234567890123456789012", kNotAUuid}},
        kId
    );
}

TEST(ScopesField, ReadsAListOfScopes) {
    expect(
        read_scopes,
        {{"[\"read\"]", "1"},
         {"[\"audit\",\"write\",\"read\"]", "7"},
         {"[\"write\",\"write\"]", "2"},
         {"null", kNull},
         {"[]", R"(["This selection may not be empty."])"},
         {"\"read\"", R"(["Expected a list of items but got type \"str\"."])"},
         {"{\"read\":1}", R"(["Expected a list of items but got type \"dict\"."])"},
         {"[\"read\",\"admin\"]", R"(["\"admin\" is not a valid choice."])"},
         {"[\"Read\"]", R"(["\"Read\" is not a valid choice."])"},
         {"[null]", R"(["\"None\" is not a valid choice."])"}},
        kScopes
    );
}

}  // namespace
}  // namespace consularia::api::field_tests
