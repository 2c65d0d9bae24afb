// JSON as it is read from a body, and the errors for text that is not JSON.

#include "tests/unit/api/bodies.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace consularia::api {
namespace {

struct Row {
    std::string text;
    std::string expected;
};

TEST(ReadJson, TakesEveryKindOfValue) {
    const Value value = json(R"( {"a":[null,true,false,1,-2.50,"x"],"":{}} )");
    EXPECT_EQ(python_str(value), "{'a': [None, True, False, 1, -2.5, 'x'], '': {}}");
    const auto list = value.object()->find("a")->array();
    std::vector<Value> items;
    list->for_each([&](const Value& item) { items.push_back(item); });
    ASSERT_EQ(items.size(), 6U);
    EXPECT_TRUE(items[0].is_null());
    EXPECT_EQ(items[1].truth(), true);
    EXPECT_EQ(items[2].truth(), false);
    EXPECT_EQ(items[3].number(), Number{"1"});
    EXPECT_EQ(items[4].number(), Number{"-2.50"});
    EXPECT_EQ(items[5].string(), "x");
    EXPECT_EQ(value.object()->find("")->object()->size(), 0U);
}

TEST(ReadJson, KeepsTheTextOfNumbers) {
    for (const std::string text :
         {"0",
          "15",
          "-15",
          "18446744073709551615",
          "18446744073709551616",
          "1.50",
          "1e2",
          "1E+2",
          "1e400",
          "-1e400",
          "1e-400",
          "0.1000000000000000055511151231257827",
          "100000000000000000000000000000000000000"}) {
        EXPECT_EQ(json(text).number(), Number{text});
    }
    const std::string long_number(100'000, '9');
    EXPECT_EQ(json(long_number).number(), Number{long_number});
}

TEST(ReadJson, DecodesEscapes) {
    EXPECT_EQ(
        json(R"("\u00e9 \ud83e\udd8a \" \\ \/ \b\f\n\r\t \u0000")").string(),
        std::string("é 🦊 \" \\ / \b\f\n\r\t \0", 21)
    );
    EXPECT_EQ(
        python_str(json(R"({"\u0061":["x\ty","z","\u00e9"]})")), "{'a': ['x\\ty', 'z', 'é']}"
    );
}

TEST(ReadJson, LetsTheLastOfDuplicateKeysWinAtTheFirstPlace) {
    const Value value = json(R"({"a":1,"b":2,"\u0061":3,"c":4,"b":{"x":1,"x":2},"a":5})");
    EXPECT_EQ(python_str(value), "{'a': 5, 'b': {'x': 2}, 'c': 4}");
    EXPECT_EQ(
        python_str(json(R"([{"a":[1,2],"a":{"b":[],"b":{}},"c":[3]},{"a":0,"a":[4,[5]]}])")),
        "[{'a': {'b': {}}, 'c': [3]}, {'a': [4, [5]]}]"
    );
}

std::string object_of(int members, const std::function<std::string(int)>& name) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) {
        text += "\"" + name(i) + "\":" + std::to_string(i) + ",";
    }
    return text + "\"" + name(7) + "\":\"last\"}";
}

TEST(ReadJson, ReadsHugeObjects) {
    const Value many = json(object_of(90'000, [](int i) { return std::to_string(i); }));
    ASSERT_EQ(many.object()->size(), 90'000U);
    EXPECT_EQ(many.object()->find("7")->string(), "last");
    EXPECT_EQ(python_str(json(object_of(90'000, [](int) { return "k"; }))), "{'k': 'last'}");
}

/// The time of this thread alone, whatever else the machine does.
double processor_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double cost_of(const std::string& text) {
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < 3; ++i) {
        const double begin = processor_time();
        json(text);
        least = std::min(least, processor_time() - begin);
    }
    return least;
}

TEST(ReadJson, CostsAboutAsMuchMoreAsAnObjectHasMoreMembers) {
    const std::array<std::function<std::string(int)>, 2> names{
        [](int i) { return std::to_string(i); }, [](int) { return std::string("k"); }};
    for (const auto& name : names) {
        const double small = cost_of(object_of(5'000, name));
        const double sixteen_times = cost_of(object_of(80'000, name));
        EXPECT_LT(sixteen_times / small, 16 * 5);  // 16 * 16 if each were compared with each.
    }
}

TEST(ReadJson, NestsThirtyTwoDeep) {
    const auto nested = [](const char* open, const char* close, std::size_t depth) {
        return repeat(open, depth) + repeat(close, depth);
    };
    EXPECT_TRUE(json(nested("[", "]", 32)).array());
    EXPECT_TRUE(json(repeat("{\"a\":", 32) + "1" + repeat("}", 32)).object());
    EXPECT_TRUE(json("[" + nested("[", "]", 31) + "," + nested("[", "]", 31) + ",\"[[\"]").array());
    EXPECT_EQ(
        json_refusal(nested("[", "]", 33)),
        "JSON parse error - nested too deep: line 1 column 33 (char 32)"
    );
    EXPECT_EQ(
        json_refusal(repeat("{\"a\":", 33)),
        "JSON parse error - nested too deep: line 1 column 161 (char 160)"
    );
    EXPECT_EQ(
        json_refusal("[[],\n\"[\\\"[\"," + repeat("[", 100'000)),
        "JSON parse error - nested too deep: line 2 column 39 (char 43)"
    );
}

TEST(ReadJson, DoesNotCountBracketsInStrings) {
    EXPECT_TRUE(json("\"" + repeat("[{", 100) + "\"").string());
    EXPECT_TRUE(json("[\"" + repeat("\\\"[{", 100) + "\"]").array());
}

TEST(ReadJson, SaysWhereTheTextIsNotJson) {
    const std::vector<Row> rows{
        {"{\"title\":", "line 1 column 10"},
        {"not json", "line 1 column 2"},
        {"{} x", "line 1 column 4"},
        {"{'a':1}", "line 1 column 2"},
        {"{\"a\":1,}", "line 1 column 8"},
        {"[1,]", "line 1 column 4"},
        {"   ", "line 1 column 4"},
        {"{}\n\n]", "line 3 column 1"},
        {"\n\n\n{,", "line 4 column 2"},
        {"{\r\n \"a\": 1,\r\n \"b\" }", "line 3 column 6"},
        {"\"é字🦊\" x", "line 1 column 7"},
        {"\"a\nb\"", "line 1 column 3"},
        {"{\"a\":NaN}", "line 1 column 6"},
        {"Infinity", "line 1 column 1"},
        {"-Infinity", "line 1 column 2"},
        {"{\"a\":01}", "line 1 column 7"},
        {"+1", "line 1 column 1"},
        {".5", "line 1 column 1"},
        {"1.", "line 1 column 3"},
        {"tru", "line 1 column 4"},
        {"True", "line 1 column 1"},
        {"\"unended", "line 1 column 9"},
        {"\"\t\"", "line 1 column 2"},
        {"\"\\x\"", "line 1 column 3"},
        {"\"\\u12\"", "line 1 column 6"},
        {"// no\n{}", "line 1 column 1"},
        {"/**/1", "line 1 column 1"},
        {"[1 2]", "line 1 column 4"},
        {"]", "line 1 column 1"},
        {"", "line 1 column 1"}};
    for (const auto& [text, place] : rows) {
        const std::string detail = json_refusal(text);
        EXPECT_TRUE(detail.starts_with("JSON parse error - ")) << detail;
        EXPECT_NE(detail.find(": " + place + " (char "), std::string::npos)
            << text << ": " << detail;
        EXPECT_EQ(detail.find("json.exception"), std::string::npos) << detail;
    }
}

TEST(ReadJson, RefusesWhatIsNotUnicode) {
    for (const std::string_view text :
         {"\"\xff\"",
          "{\"title\":\"\xc3(\"}",
          "\"\xed\xa0\x80\"",
          "{\"\x80\":1}",
          "\"\xc0\xaf\"",
          "\"\xf4\x90\x80\x80\"",
          "\"\xe2\x82",
          "\xff",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83dx\"",
          "\"\\ud83d\\u0041\"",
          "\"\\udfff\"",
          "{\"\\ud800\":1}"}) {
        const std::string detail = json_refusal(text);
        EXPECT_TRUE(detail.starts_with("JSON parse error - ")) << detail;
        EXPECT_TRUE(is_utf8(detail)) << detail;
    }
}

TEST(ReadJson, RefusesBytesBeforeAndAfterTheValue) {
    using namespace std::string_view_literals;
    EXPECT_EQ(
        json_refusal("\xef\xbb\xbf{}"),
        "JSON parse error - Unexpected UTF-8 BOM: line 1 column 1 (char 0)"
    );
    EXPECT_EQ(
        json_refusal("{}\0"sv), "JSON parse error - unexpected NUL: line 1 column 3 (char 2)"
    );
    EXPECT_EQ(
        json_refusal("{}\n\0garbage"sv),
        "JSON parse error - unexpected NUL: line 2 column 1 (char 3)"
    );
    for (const auto text : {"\0"sv, "\0{}"sv, "[1,\0 2]"sv, "\"a\0b\""sv, "{}\xef\xbb\xbf"sv}) {
        EXPECT_TRUE(json_refusal(text).starts_with("JSON parse error - ")) << text;
    }
}

TEST(ReadJson, NeverRepeatsTheBody) {
    for (const std::string& text :
         {"\"" + repeat("secret", 100'000),
          repeat("1", 100'000) + "x",
          repeat("\"\xff", 1000),
          "tru" + repeat("\x1b", 10'000),
          "[" + repeat("1,", 100'000)}) {
        const std::string detail = json_refusal(text);
        EXPECT_LE(detail.size(), 300U);
        EXPECT_TRUE(is_utf8(detail));
        EXPECT_EQ(detail.find("secret"), std::string::npos) << detail;
    }
}

}  // namespace
}  // namespace consularia::api
