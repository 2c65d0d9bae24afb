// The JSON of validation errors.

#include "api/bodies/errors.hpp"

#include <gtest/gtest.h>

namespace consularia::api {
namespace {

TEST(Errors, HaveTheirThreeShapes) {
    EXPECT_EQ(Errors::sentence("No.").to_json(), R"(["No."])");
    EXPECT_EQ(Errors::of_whole("No.").to_json(), R"({"non_field_errors":["No."]})");
    EXPECT_EQ(
        Errors::of_field("a", Errors::of_field("b", Errors::sentence("No."))).to_json(),
        R"({"a":{"b":["No."]}})"
    );
    EXPECT_EQ(
        (Errors{Errors::Items{{}, Errors::sentence("x"), Errors::of_whole("y")}}).to_json(),
        R"([{},["x"],{"non_field_errors":["y"]}])"
    );
    EXPECT_EQ(Errors{}.to_json(), "{}");
    EXPECT_EQ((Errors{Errors::Sentences{"a", "b"}}).to_json(), R"(["a","b"])");
}

TEST(Errors, AreQuotedAsJson) {
    EXPECT_EQ(
        Errors::of_field("k\"\n", Errors::sentence("\"é\\\t\x01")).to_json(),
        "{\"k\\\"\\n\":[\"\\\"é\\\\\\t\\u0001\"]}"
    );
}

TEST(Errors, KeepTheOrderOfAdding) {
    Errors errors;
    errors.add("z", Errors::sentence("1"));
    errors.add("a", Errors::sentence("2"));
    EXPECT_EQ(errors.to_json(), R"({"z":["1"],"a":["2"]})");
}

TEST(Errors, AreEmptyWithoutAnySentence) {
    EXPECT_TRUE(Errors{}.empty());
    EXPECT_TRUE((Errors{Errors::Items{{}, {}}}).empty());
    EXPECT_TRUE((Errors{Errors::Sentences{}}).empty());
    EXPECT_TRUE((Errors{Errors::Fields{{"a", Errors{}}}}).empty());
    EXPECT_FALSE(Errors::sentence("x").empty());
    EXPECT_FALSE(Errors::of_whole("x").empty());
    EXPECT_FALSE((Errors{Errors::Items{{}, Errors::sentence("x")}}).empty());
}

TEST(Errors, IgnoreAFieldWithoutErrors) {
    Errors errors;
    errors.add("a", Errors{});
    errors.add("b", Errors{Errors::Items{{}, {}}});
    EXPECT_TRUE(errors.empty());
    EXPECT_EQ(errors.to_json(), "{}");
}

}  // namespace
}  // namespace consularia::api
