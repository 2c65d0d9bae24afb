// Values as Python names and prints them, and their canonical text.

#include "api/bodies/value_text.hpp"
#include "tests/unit/api/bodies.hpp"

#include <vector>

namespace consularia::api {
namespace {

struct Row {
    std::string json;
    std::string expected;
};

TEST(Value, TypesHaveTheirPythonNames) {
    const std::vector<Row> rows{
        {"{}", "dict"},
        {"[]", "list"},
        {"\"\"", "str"},
        {"0", "int"},
        {"-5", "int"},
        {"1.5", "float"},
        {"1e3", "float"},
        {"1E3", "float"},
        {"0.0", "float"},
        {"true", "bool"},
        {"false", "bool"},
        {"null", "NoneType"},
        {"123456789012345678901234567890", "int"}};
    for (const auto& [text, expected] : rows) EXPECT_EQ(type_name(json(text)), expected) << text;
}

TEST(PythonStr, PrintsScalars) {
    const std::vector<Row> rows{
        {"\"x'y\\n\"", "x'y\n"},
        {"\"\"", ""},
        {"null", "None"},
        {"true", "True"},
        {"false", "False"},
        {"5", "5"},
        {"-7", "-7"},
        {"0", "0"},
        {"-0", "0"},
        {"18446744073709551615", "18446744073709551615"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"18446744073709551616", "18446744073709551616"},
        {"-123456789012345678901234567890", "-123456789012345678901234567890"}};
    for (const auto& [text, expected] : rows) EXPECT_EQ(python_str(json(text)), expected) << text;
}

// Every expected text was printed by str(json.loads(text)) of Python 3.11.
TEST(PythonStr, PrintsTheShortestDigitsOfFloats) {
    const std::vector<Row> rows{
        {"5.5", "5.5"},
        {"5.0", "5.0"},
        {"5.10", "5.1"},
        {"-0.25", "-0.25"},
        {"1e2", "100.0"},
        {"0.1", "0.1"},
        {"0.10000000000000001", "0.1"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1e15", "1000000000000000.0"},
        {"123456789012345.6", "123456789012345.6"},
        {"1e16", "1e+16"},
        {"1.5e16", "1.5e+16"},
        {"12345678901234567890.0", "1.2345678901234567e+19"},
        {"9999999999999998.0", "9999999999999998.0"},
        {"1e22", "1e+22"},
        {"1e23", "1e+23"},
        {"1e100", "1e+100"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"0.0001", "0.0001"},
        {"0.00012", "0.00012"},
        {"0.00001", "1e-05"},
        {"1.5e-7", "1.5e-07"},
        {"5e-324", "5e-324"},
        {"1e-400", "0.0"},
        {"-1e-400", "-0.0"},
        {"-0.0", "-0.0"},
        {"0e5", "0.0"},
        {"2.5E+1", "25.0"},
        {"1234.5678", "1234.5678"}};
    for (const auto& [text, expected] : rows) EXPECT_EQ(python_str(json(text)), expected) << text;
}

TEST(PythonStr, KeepsTheTextOfANumberThatNoDoubleHolds) {
    EXPECT_EQ(python_str(json("1e400")), "1e400");
    EXPECT_EQ(python_str(json("-1.5E999")), "-1.5E999");
}

TEST(PythonStr, PrintsNestedValuesAsTheirRepr) {
    const std::vector<Row> rows{
        {"[]", "[]"},
        {"{}", "{}"},
        {"[\"a\"]", "['a']"},
        {"[null,true,1,1.0]", "[None, True, 1, 1.0]"},
        {"{\"a\":1,\"b\":[{}]}", "{'a': 1, 'b': [{}]}"},
        {"[[\"x\"],\"\"]", "[['x'], '']"},
        {"[\"it's\"]", "[\"it's\"]"},
        {"[\"say \\\"x\\\"\"]", "['say \"x\"']"},
        {"[\"'\\\"\"]", "['\\'\"']"},
        {"[\"a\\\\b\"]", "['a\\\\b']"},
        {"[\"\\t\\n\\r\"]", "['\\t\\n\\r']"},
        {"[\"\\u0000\\u001b\\u007f\"]", "['\\x00\\x1b\\x7f']"},
        {"[\"é字🦊\"]", "['é字🦊']"},
        {"[\"\\u00a0\\u00ad\"]", "['\\xa0\\xad']"},
        {"[\"\\u2028\\u200d\\ufeff\\u3000\"]", "['\\u2028\\u200d\\ufeff\\u3000']"},
        {"[\"\\udb40\\udc01\"]", "['\\U000e0001']"}};
    for (const auto& [text, expected] : rows) EXPECT_EQ(python_str(json(text)), expected) << text;
}

TEST(CanonicalText, IsTheSameForEqualBodies) {
    EXPECT_EQ(
        canonical_text(json(R"({"b":[1,{"z":null,"y":true}],"a":"x"})")),
        canonical_text(json("{ \"a\" : \"\\u0078\", \"b\": [1 , {\"y\":true,\"z\":null}] }\n"))
    );
    EXPECT_EQ(
        canonical_text(json(R"({"b":1,"a":[false,"q\"\n"]})")), R"({"a":[false,"q\"\n"],"b":1})"
    );
    EXPECT_EQ(canonical_text(json("{}")), "{}");
    EXPECT_EQ(canonical_text(json("[]")), "[]");
    EXPECT_EQ(canonical_text(json("null")), "null");
}

TEST(CanonicalText, DiffersForDifferentBodies) {
    const std::vector<std::string> bodies{
        "1",
        "\"1\"",
        "true",
        "\"true\"",
        "null",
        "\"null\"",
        "[]",
        "{}",
        "[[]]",
        "[1,2]",
        "[2,1]",
        "[\"1,2\"]",
        "[\"1\",\"2\"]",
        "{\"a\":1}",
        "{\"a\":2}",
        "{\"b\":1}",
        "{\"a\":{\"b\":1}}",
        "{\"a:1\":1}",
        "[\"a\\\",\\\"b\"]",
        "[\"a\",\"b\"]",
        "\"\\u0000\"",
        "\"\"",
        "\" \""};
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(canonical_text(json(bodies[i])), canonical_text(json(bodies[j])))
                << bodies[i] << " and " << bodies[j];
        }
    }
}

TEST(Find, FindsAKeyOrNothing) {
    const Value value = json(R"({"a":1,"b":null})");
    ASSERT_TRUE(value.object());
    ASSERT_TRUE(value.object()->find("b"));
    EXPECT_TRUE(value.object()->find("b")->is_null());
    EXPECT_FALSE(value.object()->find("c"));
}

}  // namespace
}  // namespace consularia::api
