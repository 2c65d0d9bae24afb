// How decode reads a value as JSON, before it looks for attributes.

#include "tests/support/record_codec.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace consularia::ledger {
namespace {

TEST(DecodeAsJson, IgnoresAttributesAndMembersThatItDoesNotKnow) {
    const Record expected = decode(encode(golden("appointment-scheduled"))).value();
    const std::pair<std::string_view, std::string_view> additions[] = {
        {R"("data":{)", R"("traceparent":"x","data":{)"},
        {R"("data":{)", R"("dataref":{"a":[1.5,null]},"data":{)"},
        {R"("data":{)", R"("data":{"place":"here",)"},
        {R"("private":{)", R"("private":{"notes":[],)"},
        {R"("person":{)", R"("person":{"email":null,)"},
        {R"({"id":)", R"({"joined":true,"id":)"},
    };
    for (const auto& [passage, replacement] : additions) {
        const auto record =
            decode(replaced(encode(golden("appointment-scheduled")), passage, replacement));
        ASSERT_TRUE(record) << replacement << ": " << record.error().why;
        EXPECT_EQ(*record, expected) << replacement;
    }
    EXPECT_TRUE(
        decode(replaced(encode(golden("token-issued")), R"("actor")", R"("version":"x","actor")"))
    );
}

TEST(DecodeAsJson, RefusesDuplicateKeysAtAnyDepth) {
    const std::pair<std::string_view, std::string_view> duplicates[] = {
        {R"("data":{)", R"("id":"x","data":{)"},
        {R"("data":{)", R"("data":{"config":{},)"},
        {R"("title":)", R"("title":"x","title":)"},
        {R"("title":)", R"("titl\u0065":"x","title":)"},
        {R"("chat_enabled":true)", R"("chat_enabled":true,"chat_enabled":true)"},
        {R"("unique_id":)", R"("unique_id":"x","unique_id":)"},
    };
    for (const auto& [passage, replacement] : duplicates) {
        const auto record =
            decode(replaced(encode(golden("appointment-scheduled")), passage, replacement));
        ASSERT_FALSE(record) << replacement;
        EXPECT_EQ(
            record.error().why,
            "The value is not one JSON object without duplicate keys, within limits."
        );
    }
}

TEST(DecodeAsJson, RefusesWhatIsBeyondTheLimitsOfDepthAndMembers) {
    const auto nested = [](std::size_t depth) {
        return R"("x":)" + std::string(depth, '[') + std::string(depth, ']') + R"(,"data":)";
    };
    const std::string value = encode(golden("appointment-started"));
    EXPECT_TRUE(decode(replaced(value, R"("data":)", nested(31))));
    EXPECT_FALSE(decode(replaced(value, R"("data":)", nested(32))));
    EXPECT_FALSE(decode(replaced(value, R"("data":)", nested(1'000'000))));
    const auto wide = [](int members) {
        std::string text = R"("data":{"0":0)";
        for (int i = 1; i < members; ++i) text += ",\"" + std::to_string(i) + "\":0";
        return text;
    };
    EXPECT_TRUE(decode(replaced(value, R"("data":{)", wide(64))));
    EXPECT_FALSE(decode(replaced(value, R"("data":{)", wide(65))));
}

TEST(DecodeAsJson, RefusesWhatIsNotOneObject) {
    using namespace std::string_literals;
    const std::string value = encode(golden("appointment-started"));
    for (const std::string& other :
         {""s,
          "null"s,
          "[]"s,
          "{}"s,
          "[" + value + "]",
          value + value,
          value + "\0"s,
          "\xef\xbb\xbf" + value,
          "\xff" + value}) {
        EXPECT_FALSE(decode(other)) << other;
    }
}

}  // namespace
}  // namespace consularia::ledger
