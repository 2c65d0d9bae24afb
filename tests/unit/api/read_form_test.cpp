// Url-encoded forms, and Django REST framework's names for nested values.

#include "tests/unit/api/bodies.hpp"

#include <vector>

namespace consularia::api {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Row {
    std::string text;
    std::string expected;
};

TEST(DecodeForm, SplitsAndDecodesPairs) {
    EXPECT_EQ(decode_form("a=b+c&d=%26%3D%25%2B"), (Pairs{{"a", "b c"}, {"d", "&=%+"}}));
    EXPECT_EQ(decode_form("t%69tle=%F0%9F%A6%8A+%c3%a9"), (Pairs{{"title", "🦊 é"}}));
    EXPECT_EQ(decode_form("a=b=c"), (Pairs{{"a", "b=c"}}));
    EXPECT_EQ(decode_form("a&b=&=c"), (Pairs{{"a", ""}, {"b", ""}, {"", "c"}}));
    EXPECT_EQ(decode_form("&&a=1&&b=2&"), (Pairs{{"a", "1"}, {"b", "2"}}));
    EXPECT_EQ(decode_form("a=1&a=2"), (Pairs{{"a", "1"}, {"a", "2"}}));
    EXPECT_EQ(decode_form("a;b=1"), (Pairs{{"a;b", "1"}}));
    EXPECT_EQ(decode_form(""), Pairs{});
    EXPECT_EQ(decode_form("&"), Pairs{});
}

TEST(DecodeForm, LeavesPercentSignsWithoutTwoHexDigits) {
    EXPECT_EQ(
        decode_form("a=%&b=%2&c=%zz&d=100%&e=%2541"),
        (Pairs{{"a", "%"}, {"b", "%2"}, {"c", "%zz"}, {"d", "100%"}, {"e", "%41"}})
    );
}

// As bytes.decode("utf-8", "replace") of Python 3.11 does.
TEST(DecodeForm, ReplacesWhatIsNotUtf8) {
    const std::vector<Row> rows{
        {"%FF", "\uFFFD"},
        {"a%C3", "a\uFFFD"},
        {"%C3%28", "\uFFFD("},
        {"%E2%82", "\uFFFD"},
        {"%E2%82x", "\uFFFDx"},
        {"%F0%9F%A6", "\uFFFD"},
        {"%ED%A0%80", "\uFFFD\uFFFD\uFFFD"},
        {"%C0%AF", "\uFFFD\uFFFD"},
        {"%E0%80%80", "\uFFFD\uFFFD\uFFFD"},
        {"%F0%80%80%80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"%F4%90%80%80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"%80%80", "\uFFFD\uFFFD"},
        {"%E2%E2%82%AC", "\uFFFD€"},
        {"\xff", "\uFFFD"}};
    for (const auto& [text, expected] : rows) {
        EXPECT_EQ(decode_form("v=" + text), (Pairs{{"v", expected}})) << text;
        EXPECT_EQ(decode_form(text), (Pairs{{expected, ""}})) << text;
    }
}

TEST(ReadForm, MakesAnObjectOfStrings) {
    EXPECT_EQ(
        form("title=a+b&duration_minutes=60&zzz="),
        R"({"duration_minutes":"60","title":"a b","zzz":""})"
    );
    EXPECT_EQ(form("title=1&title=2"), R"({"title":"2"})");
    EXPECT_EQ(
        form("z=1&scopes=s&d=2&config.x=3&a=4&participants[0]=5&q=6"),
        R"({"a":"4","config":{"x":"3"},"d":"2","participants":["5"],"q":"6","scopes":["s"],"z":"1"})"
    );
    EXPECT_EQ(form(""), "{}");
}

TEST(ReadForm, NestsParticipantsAndConfig) {
    EXPECT_EQ(
        form("title=t&participants[0]unique_id=a&participants[0]role=r&config.chat_enabled=on"
             "&participants%5B1%5Dunique_id=b&config.x.y=1"),
        R"({"config":{"chat_enabled":"on","x.y":"1"},)"
        R"("participants":[{"role":"r","unique_id":"a"},{"unique_id":"b"}],"title":"t"})"
    );
}

TEST(ReadForm, KeepsTheOrderOfConfigKeys) {
    const auto value =
        read_body({MediaType::form, {}}, "config.b=1&config.a=2&config.b=3", Shape::object);
    EXPECT_EQ(python_str(*value), "{'config': {'b': '3', 'a': '2'}}");
}

TEST(ReadForm, OrdersItemsByTheirIndexesAndClosesGaps) {
    const std::string expected = R"([{"a":"2"},{"a":"9"},{"a":"10"}])";
    EXPECT_EQ(form("[10]a=10&[9]a=9&[2]a=2", Shape::list), expected);
    EXPECT_EQ(
        form("participants[10]a=10&participants[9]a=9&participants[2]a=2"),
        "{\"participants\":" + expected + "}"
    );
    EXPECT_EQ(
        form("[99999999999999999999999999]a=z&[18446744073709551616]a=y&[1]a=x", Shape::list),
        R"([{"a":"x"},{"a":"y"},{"a":"z"}])"
    );
    EXPECT_EQ(
        form("[007]a=1&[7]b=2&[07]a=3&[0]c=0&[000]d=0", Shape::list),
        R"([{"c":"0","d":"0"},{"a":"3","b":"2"}])"
    );
}

TEST(ReadForm, TakesBareItems) {
    EXPECT_EQ(form("[0]=x&[1]a=b", Shape::list), R"(["x",{"a":"b"}])");
    EXPECT_EQ(form("[0]a=b&[0]=x", Shape::list), R"(["x"])");
    EXPECT_EQ(form("[0]=x&[0]a=b", Shape::list), R"([{"a":"b"}])");
    EXPECT_EQ(form("[0]a=1&[00]=x&[0]b=2&[000]c=3", Shape::list), R"([{"b":"2","c":"3"}])");
    EXPECT_EQ(form("[0]=x&[0]a=b&[0]=y", Shape::list), R"([{"a":"b"}])");
}

TEST(ReadForm, IsAnEmptyListWithoutItems) {
    EXPECT_EQ(form("", Shape::list), "[]");
    EXPECT_EQ(
        form("unique_id=a&participants[0]a=b&[]a=b&[x]a=1&[-1]a=1&[1a=2&x[1]a=2", Shape::list), "[]"
    );
}

TEST(ReadForm, LacksWhatIsNotNested) {
    EXPECT_EQ(form("title=t&participants=x&config=y&config.=1"), R"({"config.":"1","title":"t"})");
    EXPECT_EQ(form("participants=x&config=%7B%7D"), "{}");
    EXPECT_EQ(
        form("participants[]a=1&configx.a=1&[0]a=1"),
        R"({"[0]a":"1","configx.a":"1","participants[]a":"1"})"
    );
}

TEST(ReadForm, GathersScopes) {
    EXPECT_EQ(form("name=n&scopes=read&scopes=write"), R"({"name":"n","scopes":["read","write"]})");
    EXPECT_EQ(form("scopes="), R"({"scopes":[""]})");
}

TEST(ReadForm, TakesManyFields) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "[" + std::to_string(100'000 - i) + "]a=1&";
    const auto value = read_body({MediaType::form, {}}, text, Shape::list);
    EXPECT_EQ(value->array()->size(), 100'000U);
}

}  // namespace
}  // namespace consularia::api
