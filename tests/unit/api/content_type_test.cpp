// Which media types are accepted.

#include "tests/unit/api/bodies.hpp"

#include <vector>

namespace consularia::api {
namespace {

TEST(ContentType, ComparesWithoutCaseAndParameters) {
    for (const char* header :
         {"application/json",
          "Application/JSON",
          "APPLICATION/JSON; CHARSET=UTF-8",
          "application/json;charset=utf-8",
          "application/json ; charset=us-ascii",
          " application/json ",
          "application/json; charset=\"utf-16\"",
          "application/json;",
          "application/json; profile=x;;y"}) {
        const auto type = parse_content_type(header);
        ASSERT_TRUE(type) << header;
        EXPECT_EQ(type->type, MediaType::json) << header;
    }
    EXPECT_EQ(
        parse_content_type("Application/X-WWW-Form-URLencoded; charset=UTF-8")->type,
        MediaType::form
    );
    EXPECT_EQ(parse_content_type("multipart/form-data")->type, MediaType::multipart);
}

TEST(ContentType, RefusesOthers) {
    for (const char* header :
         {"",
          "text/plain",
          "application/xml",
          "application/jsonx",
          "application/vnd.api+json",
          "application",
          "json",
          "application/merge-patch+json",
          "multipart/mixed; boundary=x",
          "application /json",
          "application/json, text/plain",
          ";",
          "*/*",
          "application/problem+json"}) {
        EXPECT_FALSE(parse_content_type(header)) << header;
    }
}

TEST(ContentType, FindsTheBoundary) {
    struct Row {
        std::string header;
        std::string boundary;
    };

    const std::vector<Row> rows{
        {"multipart/form-data; boundary=simple", "simple"},
        {"multipart/form-data;boundary=\"quoted one\"", "quoted one"},
        {"Multipart/Form-Data; charset=utf-8; BOUNDARY=xY", "xY"},
        {"multipart/form-data; boundary=--dashes--", "--dashes--"},
        {"multipart/form-data; boundary=\"a;b\\\"c\\\\d\"; x=y", "a;b\"c\\d"},
        {"multipart/form-data; x=\"; boundary=no\"; boundary = yes ", "yes"},
        {"multipart/form-data; boundary=one; boundary=two", "two"},
        {"multipart/form-data; boundary=", ""},
        {"multipart/form-data; boundary", ""},
        {"multipart/form-data", ""},
        {"multipart/form-data; boundary=a=b", "a=b"},
        {"multipart/form-data; boundary=\"open", "\"open"}};
    for (const auto& [header, boundary] : rows) {
        const auto type = parse_content_type(header);
        ASSERT_TRUE(type) << header;
        EXPECT_EQ(type->boundary, boundary) << header;
    }
}

TEST(ContentType, SurvivesAnything) {
    for (const char* header :
         {"multipart/form-data; boundary=\"a\\",
          "multipart/form-data; =;=\"",
          "\"",
          "\\",
          ";\";",
          "multipart/form-data; boundary=\xff\xfe"}) {
        (void)parse_content_type(header);
    }
}

}  // namespace
}  // namespace consularia::api
