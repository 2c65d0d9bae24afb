#include "base/json_writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia {
namespace {

TEST(JsonWriter, QuotesEscapeOnlyWhatJsonDemands) {
    EXPECT_EQ(quote_json(""), R"("")");
    EXPECT_EQ(quote_json("a\"b\\c/"), R"("a\"b\\c/")");
    EXPECT_EQ(quote_json("\n\r\t\b\f"), R"("\n\r\t\b\f")");
    EXPECT_EQ(quote_json(std::string("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
    EXPECT_EQ(quote_json("ü \U0001F5D3"), "\"ü \U0001F5D3\"");
}

TEST(JsonWriter, QuotesEscapeACharacterWhereverItStands) {
    for (int value = 0; value < 256; ++value) {
        const std::string one(1, static_cast<char>(value));
        const auto quoted = quote_json(one);
        const auto written = quoted.substr(1, quoted.size() - 2);
        EXPECT_EQ(written != one, value < 0x20 || value == '"' || value == '\\') << value;
        for (std::size_t before = 0; before < 20; ++before) {
            for (std::size_t after = 0; after < 20; ++after) {
                const std::string start(before, '\x7f');
                const std::string end(after, ' ');
                std::string expected("\"");
                expected += start + written + end;
                expected += '"';
                ASSERT_EQ(quote_json(start + one + end), expected) << value;
            }
        }
    }
}

TEST(JsonWriter, SeparatesMembersAndElementsAtEveryDepth) {
    JsonWriter json;
    json.begin_object();
    json.text("t", "{[:");
    json.number("n", -7);
    json.boolean("b", true);
    json.null("z");
    json.begin_array("a");
    json.begin_object();
    json.end_object();
    json.begin_array();
    json.element("[");
    json.element(":");
    json.end_array();
    json.end_array();
    json.name("k\"");
    json.element("v");
    json.begin_object("o");
    json.end_object();
    json.name("r");
    json.raw("{}");
    json.end_object();
    EXPECT_EQ(
        json.take(),
        R"({"t":"{[:","n":-7,"b":true,"z":null,"a":[{},["[",":"]],"k\"":"v","o":{},"r":{}})"
    );
}

}  // namespace
}  // namespace consularia
