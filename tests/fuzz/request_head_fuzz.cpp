// Heads of requests: each input is refused, or has only one reading.

#include "api/http/head.hpp"
#include "tests/fuzz/expect.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace consularia::api::http {
namespace {

void expect_plain(std::string_view text) {
    for (const char c : text) fuzz::expect(c != '\r' && c != '\n' && c != '\0', "a control byte");
}

void read_one(std::string_view bytes) {
    const Limits limits;
    const auto end = find_head_end(bytes, 0, limits);
    if (!end || !*end) return;
    fuzz::expect(**end <= bytes.size(), "the head ends within the bytes");
    Parser parser;
    const auto request = read_head(bytes.substr(0, **end), parser, limits);
    if (!request) {
        fuzz::expect(request.error().status >= 400, "a refusal has a status");
        return;
    }
    fuzz::expect(has_clean_lines(bytes.substr(0, **end)), "lines that can be read in two ways");
    fuzz::expect(!request->method.empty() && !request->path.empty(), "a method and a path");
    fuzz::expect(
        !(parser.chunked() && parser.content_length().has_value()), "two lengths of one body"
    );
    for (const auto& [name, value] : request->headers) {
        expect_plain(name);
        expect_plain(value);
    }
}

}  // namespace
}  // namespace consularia::api::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    consularia::api::http::read_one({reinterpret_cast<const char*>(data), size});
    return 0;
}
