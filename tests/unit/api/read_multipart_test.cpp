// multipart/form-data (RFC 7578, boundaries of RFC 2046).

#include "tests/unit/api/bodies.hpp"

#include <vector>

namespace consularia::api {
namespace {

std::string part(std::string_view headers, std::string_view content, std::string_view mark = "b") {
    return "--" + std::string(mark) + "\r\n" + std::string(headers) + "\r\n\r\n" +
           std::string(content) + "\r\n";
}

std::string field(std::string_view name, std::string_view content, std::string_view mark = "b") {
    return part(
        "Content-Disposition: form-data; name=\"" + std::string(name) + "\"", content, mark
    );
}

std::string read(std::string_view body, std::string boundary = "b", Shape shape = Shape::object) {
    const auto value =
        read_body({MediaType::multipart, std::move(boundary)}, std::string(body), shape);
    return value ? canonical_text(*value) : value.error().detail;
}

TEST(ReadMultipart, MakesTheSameOfPartsAsOfAForm) {
    EXPECT_EQ(
        read(
            field("title", "Größe 😀") + field("participants[0]unique_id", "a") +
            field("participants[0]role", "r") + field("config.chat_enabled", "off") +
            field("title", "last") + "--b--\r\n"
        ),
        R"({"config":{"chat_enabled":"off"},"participants":[{"role":"r","unique_id":"a"}],)"
        R"("title":"last"})"
    );
    EXPECT_EQ(
        read(field("[1]id", "y") + field("[0]id", "x") + "--b--", "b", Shape::list),
        R"([{"id":"x"},{"id":"y"}])"
    );
}

TEST(ReadMultipart, TakesContentAsItIs) {
    EXPECT_EQ(read(field("t", "") + "--b--"), R"({"t":""})");
    EXPECT_EQ(read(field("t", "two\r\nlines -- b") + "--b--"), R"({"t":"two\r\nlines -- b"})");
    EXPECT_EQ(read(field("t", "\r\n") + "--b--"), R"({"t":"\r\n"})");
    EXPECT_EQ(read(field("t", "a+b%20c") + "--b--"), R"({"t":"a+b%20c"})");
    EXPECT_EQ(
        read(field("t", "\r\n--bx\r\n--b-x\r\n--b x\r\n -- b") + "--b--"),
        R"({"t":"\r\n--bx\r\n--b-x\r\n--b x\r\n -- b"})"
    );
    EXPECT_EQ(read(field("t", "a--b\r\nx") + "--b--"), R"({"t":"a--b\r\nx"})");
}

TEST(ReadMultipart, ReplacesWhatIsNotUtf8) {
    EXPECT_EQ(read(field("t\xff", "a\xc3") + "--b--"), "{\"t\uFFFD\":\"a\uFFFD\"}");
}

TEST(ReadMultipart, SkipsPreambleEpilogueAndBlanksAfterTheBoundary) {
    EXPECT_EQ(
        read("preamble --b\r\n" + field("t", "x") + "--b--\r\nepilogue\r\n--b\r\n"), R"({"t":"x"})"
    );
    EXPECT_EQ(
        read("--b \t\r\nContent-Disposition: form-data; name=t\r\n\r\nx\r\n--b--  \r\n"),
        R"({"t":"x"})"
    );
    EXPECT_EQ(read("--b--"), "{}");
    EXPECT_EQ(read("\r\n--b--"), "{}");
}

TEST(ReadMultipart, TakesTheBoundariesOfRfc2046) {
    for (const std::string& mark :
         {std::string("x"),
          std::string("quoted one"),
          std::string(70, 'x'),
          std::string("--dashes--"),
          std::string("'()+_,-./:=?")}) {
        EXPECT_EQ(
            read(
                field("t", "lines\r\n--" + mark.substr(0, mark.size() / 2), mark) + "--" + mark +
                    "--\r\n",
                mark
            ),
            "{\"t\":\"lines\\r\\n--" + mark.substr(0, mark.size() / 2) + "\"}"
        );
    }
}

TEST(ReadMultipart, ReadsThePartsHeaders) {
    const std::vector<std::string> headers{
        "content-disposition:form-data;name=t",
        "CONTENT-DISPOSITION: form-data; NAME=\"t\"",
        "Content-Type: text/plain; charset=latin-1\r\nContent-Disposition: form-data; name=\"t\"",
        "Content-Disposition: form-data; name=\"t\"; filename=\"\"",
        "X: y\r\nnonsense\r\nContent-Disposition: form-data; name=\" t \"\r\nZ: name=u"};
    for (const auto& header : headers) {
        EXPECT_EQ(read(part(header, "x") + "--b--"), R"({"t":"x"})") << header;
    }
    EXPECT_EQ(
        read(part("Content-Disposition: form-data; name=\"a;\\\"b\\\\\"", "x") + "--b--"),
        R"({"a;\"b\\":"x"})"
    );
}

TEST(ReadMultipart, SkipsPartsWithoutAName) {
    EXPECT_EQ(
        read(
            "--b\r\n\r\nx\r\n" + part("Content-Disposition: form-data", "x") +
            part("Content-Type: text/plain", "x") + field("t", "y") + "--b--"
        ),
        R"({"t":"y"})"
    );
}

// A list, so that no reader of a field takes it for a text.
TEST(ReadMultipart, DoesNotTakeAFileForAText) {
    const std::string file =
        part("Content-Disposition: form-data; name=\"title\"; filename=\"a.txt\"", "text");
    EXPECT_EQ(read(file + "--b--"), R"({"title":[]})");
    EXPECT_EQ(read(file + field("title", "text") + "--b--"), R"({"title":[]})");
    EXPECT_EQ(
        read(part("Content-Disposition: form-data; name=t; filename*=UTF-8''x", "y") + "--b--"),
        R"({"t":[]})"
    );
}

TEST(ReadMultipart, RefusesAMissingOrUnusableBoundary) {
    EXPECT_EQ(
        read("--x\r\n", ""), "Multipart form parse error - Invalid boundary in multipart: None"
    );
    for (const std::string& mark :
         {std::string(202, 'x'),
          std::string("a\tb"),
          std::string("a "),
          std::string("\xff"),
          std::string("é")}) {
        EXPECT_EQ(
            read("--" + mark + "--", mark),
            "Multipart form parse error - Invalid boundary in multipart."
        );
    }
    EXPECT_EQ(read("--" + std::string(201, 'x') + "--", std::string(201, 'x')), "{}");
}

TEST(ReadMultipart, RefusesAMalformedBody) {
    const std::string prefix = "Multipart form parse error - ";
    for (const std::string body : {"", "--b", "--c--", "text", "-b--", "x--b--", "\n--b--"}) {
        EXPECT_EQ(read(body), prefix + "The boundary is not in the body.") << body;
    }
    EXPECT_EQ(read(field("t", "x")), prefix + "The last boundary is missing.");
    EXPECT_EQ(read(field("t", "x") + "--b"), prefix + "The last boundary is missing.");
    EXPECT_EQ(read("--b\r\n--b--"), prefix + "A part has no blank line after its headers.");
    EXPECT_EQ(
        read("--b\r\nname=t\r\n--b--"), prefix + "A part has no blank line after its headers."
    );
    EXPECT_EQ(
        read("--b\r\nA: b\r\n--b\r\n\r\nx\r\n--b--"),
        prefix + "A part has no blank line after its headers."
    );
}

TEST(ReadMultipart, BoundsTheHeadersOfAPart) {
    const std::string name = "Content-Disposition: form-data; name=t\r\nX: ";
    const auto with_headers = [&](std::size_t size) {
        return part(name + std::string(size - name.size(), 'x'), "y") + "--b--";
    };
    EXPECT_EQ(read(with_headers(1020)), R"({"t":"y"})");
    EXPECT_EQ(
        read(with_headers(1021)),
        "Multipart form parse error - Request max total header size exceeded."
    );
}

TEST(ReadMultipart, TakesManyParts) {
    std::string body;
    for (int i = 0; i < 20'000; ++i) body += field("[" + std::to_string(i) + "]a", "x");
    const auto value = read_body({MediaType::multipart, "b"}, body + "--b--", Shape::list);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->array()->size(), 20'000U);
}

}  // namespace
}  // namespace consularia::api
