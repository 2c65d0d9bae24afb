// Integers and booleans: coercions, and the sentence for each fault.

#include "tests/unit/api/field_tables.hpp"

namespace consularia::api::field_tests {
namespace {

TEST(DurationField, TakesIntegersInManyForms) {
    expect(
        read_duration,
        {{"15", "15"},
         {"720", "720"},
         {"\"15\"", "15"},
         {"\" 60 \"", "60"},
         {"\"\\t60\\n\"", "60"},
         {"\"\\u300060\\u00a0\"", "60"},
         {"\"+60\"", "60"},
         {"\"60.0\"", "60"},
         {"\"60.\"", "60"},
         {"\"60.000\"", "60"},
         {"\" +60.0 \"", "60"},
         {"\"60.0\\n\"", "60"},
         {"60.0", "60"},
         {"6e1", "60"},
         {"1e2", "100"},
         {"1.5e1", "15"},
         {"600e-1", "60"},
         {"\"060\"", "60"},
         {"\"0000000000000000000000000060\"", "60"},
         {"60.000000", "60"},
         {"6E+1", "60"}},
        kMinutes
    );
}

TEST(DurationField, SaysWhatIsTooSmall) {
    expect_all(
        read_duration,
        {"14",
         "0",
         "-0",
         "-60",
         "14.0",
         "\"14\"",
         "\"-60\"",
         "-1e30",
         "-1e400",
         "1e-400",
         "-1e19",
         "0e999",
         "-9223372036854775808",
         "-9223372036854775809",
         "\"-99999999999999999999999999\"",
         "\"0\"",
         "\"00\""},
        kTooSmall,
        kMinutes
    );
}

TEST(DurationField, SaysWhatIsTooLarge) {
    expect_all(
        read_duration,
        {"721",
         "\"721.0\"",
         "721.0",
         "1e30",
         "1e400",
         "1e18",
         "1e19",
         "9223372036854775807",
         "9223372036854775808",
         "18446744073709551631",
         "\"4294967356\"",
         "\"18446744073709551676\"",
         "1" + repeat("0", 400),
         "\"99999999999999999999.0\"",
         "1000000000000000000000000000000"},
        kTooLarge,
        kMinutes
    );
}

TEST(DurationField, SaysWhatIsNoInteger) {
    expect_all(
        read_duration,
        {"60.5",     "15.000001", "719.9999999", "14.999",       "1e-5",          "true",
         "false",    "\"\"",      "\" \"",       "\"sixty\"",    "\"6_0\"",       "\"6 0\"",
         "\"60.5\"", "\"60.01\"", "\"60.0.0\"",  "\"1e2\"",      "\"0x3c\"",      "\"60m\"",
         "\"--60\"", "\"+\"",     "\"-\"",       "\".0\"",       "\".\"",         "\"+-60\"",
         "\"+ 60\"", "\"60,0\"",  "\"NaN\"",     "\"Infinity\"", "\"6\\u00000\"", "\"60\\u0000\"",
         "[]",       "[60]",      "{}"},
        kNotAnInteger,
        kMinutes
    );
}

TEST(DurationField, MayNotBeNull) {
    expect_all(read_duration, {"null"}, kNull, kMinutes);
}

TEST(DurationField, RefusesTextsOfMoreThanAThousandCharacters) {
    expect(
        read_duration,
        {{in_quotes(repeat(" ", 998) + "60"), "60"},
         {in_quotes(repeat("\u3000", 998) + "60"), "60"},
         {in_quotes(repeat("9", 1000)), kTooLarge},
         {in_quotes(repeat(" ", 999) + "60"), R"(["String value too large."])"},
         {in_quotes(repeat("x", 1001)), R"(["String value too large."])"},
         {repeat("9", 1001), kTooLarge}},
        kMinutes
    );
}

TEST(ConfigField, ReadsBooleansInManyForms) {
    for (const char* yes :
         {"true",
          "1",
          "1.0",
          "1e0",
          "\"1\"",
          "\"t\"",
          "\"T\"",
          "\"y\"",
          "\"Y\"",
          "\"yes\"",
          "\"yEs\"",
          "\"true\"",
          "\"TRUE\"",
          "\"on\"",
          "\"ON\""}) {
        expect(
            read_config,
            {{R"({"chat_enabled":)" + std::string(yes) + "}", "chat_enabled=1 "}},
            kConfig
        );
    }
    for (const char* no :
         {"false",
          "0",
          "0.0",
          "-0",
          "-0.0",
          "\"0\"",
          "\"f\"",
          "\"F\"",
          "\"n\"",
          "\"N\"",
          "\"no\"",
          "\"nO\"",
          "\"false\"",
          "\"False\"",
          "\"off\"",
          "\"OFF\""}) {
        expect(
            read_config,
            {{R"({"chat_enabled":)" + std::string(no) + "}", "chat_enabled=0 "}},
            kConfig
        );
    }
}

TEST(ConfigField, SaysWhatIsNoBoolean) {
    for (const char* bad :
         {"2",
          "-1",
          "0.5",
          "\"\"",
          "\"2\"",
          "\"maybe\"",
          "\" true\"",
          "\"true \"",
          "\"tru\"",
          "\"enabled\"",
          "\"null\"",
          "\"1.0\"",
          "\"yes\\u0000\"",
          "[]",
          "[true]",
          "{}",
          "1e400",
          "18446744073709551617"}) {
        expect(
            read_config,
            {{R"({"chat_enabled":)" + std::string(bad) + "}",
              R"({"chat_enabled":)" + kNotABoolean + "}"}},
            kConfig
        );
    }
}

TEST(ConfigField, ReadsAnObjectOrNull) {
    expect(
        read_config,
        {{"null", ""},
         {"{}", ""},
         {R"({"whiteboard_enabled":1,"breakout_rooms_enabled":"no","chat_enabled":true})",
          "whiteboard_enabled=1 breakout_rooms_enabled=0 chat_enabled=1 "},
         {R"({"join_screen_enabled":1,"screenshare_enabled":1,"raise_hand_enabled":1})",
          "join_screen_enabled=1 screenshare_enabled=1 raise_hand_enabled=1 "},
         {"[]", R"(["Expected a dictionary of items but got type \"list\"."])"},
         {"\"x\"", R"(["Expected a dictionary of items but got type \"str\"."])"},
         {"true", R"(["Expected a dictionary of items but got type \"bool\"."])"},
         {"5", R"(["Expected a dictionary of items but got type \"int\"."])"},
         {"5.0", R"(["Expected a dictionary of items but got type \"float\"."])"},
         {R"({"chat_enabld":true})", R"({"chat_enabld":["Unknown field."]})"},
         {R"({"z":null,"chat_enabled":null,"":1,"raise_hand_enabled":1})",
          R"({"z":["Unknown field."],"chat_enabled":)" + kNull + R"(,"":["Unknown field."]})"}},
        kConfig
    );
}

}  // namespace
}  // namespace consularia::api::field_tests
