// Bodies of requests. The first byte picks the media type and the shape, the second the content
// type's header; every reader of requests must accept a body that can be read.

#include "api/bodies/read_body.hpp"
#include "api/bodies/requests.hpp"
#include "api/bodies/value_text.hpp"
#include "base/utf8.hpp"
#include "tests/fuzz/expect.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::api {
namespace {

bool is_utf8(std::string_view text) {
    return replace_invalid_utf8(text) == text;
}

template <class T>
void expect_utf8(const Read<T>& read) {
    if (!read) fuzz::expect(is_utf8(read.error().to_json()), "errors are UTF-8");
}

/// Everything that an answer could repeat of the value.
void take(const Value& value) {
    fuzz::expect(is_utf8(python_str(value)), "what is shown is UTF-8");
    expect_utf8(read_create(value));
    expect_utf8(read_update(value));
    expect_utf8(read_participant_update(value));
    expect_utf8(read_organization_create(value));
    expect_utf8(read_token_create(value, domain::Timestamp{}));
    fuzz::expect(is_utf8(Errors{read_add(value).errors}.to_json()), "errors are UTF-8");
    fuzz::expect(is_utf8(Errors{read_remove(value).errors}.to_json()), "errors are UTF-8");
}

void read_one(std::uint8_t choice, std::string_view body) {
    const std::array types{
        ContentType{MediaType::json, {}},
        ContentType{MediaType::form, {}},
        ContentType{MediaType::multipart, "b"}};
    const auto& type = types[choice % types.size()];
    const auto shape = choice / types.size() % 2 == 0 ? Shape::object : Shape::list;
    (void)parse_content_type(body.substr(0, 256));
    const auto value = read_body(type, std::string(body), shape);
    if (!value) {
        fuzz::expect(is_utf8(value.error().detail), "the refusal is UTF-8");
        return;
    }
    take(*value);
    const std::string canonical = canonical_text(*value);
    const auto again = read_body({MediaType::json, {}}, canonical, shape);
    fuzz::expect(again && canonical_text(*again) == canonical, "canonical text stays the same");
}

}  // namespace
}  // namespace consularia::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    consularia::api::read_one(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
    return 0;
}
