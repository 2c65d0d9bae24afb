#pragma once
// The head of a request: turns raw bytes into a Request, with the checks that Beast does not make.

#include "api/http/limits.hpp"
#include "api/request.hpp"
#include "api/response.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace consularia::api::http {

using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

/// Where the head ends in these bytes (after its empty line), or the failure if it is too long;
/// empty if more has to be read. The end is not in the first `searched` bytes.
[[nodiscard]] tl::expected<std::optional<std::size_t>, Failure> find_head_end(
    std::string_view bytes, std::size_t searched, const Limits& limits
);

/// Refuses heads that could be read in two ways: obsolete line folding, bare CR or LF (RFC 9112,
/// 2.2 and 5.2).
[[nodiscard]] bool has_clean_lines(std::string_view head);

/// Feeds one whole head to the parser and checks it: 400 for ambiguous framing (any
/// Transfer-Encoding other than chunked, or together with Content-Length or HTTP/1.0; a repeated
/// Content-Length; not exactly one Host, which HTTP/1.0 may lack), 414, 431.
[[nodiscard]] tl::expected<Request, Failure> read_head(
    std::string_view head, Parser& parser, const Limits& limits
);

/// A client's own X-Request-ID is returned if it consists of ASCII letters, digits, '.', '_' and
/// '-', and is not too long (limits::kRequestId).
[[nodiscard]] bool is_request_id(std::string_view text);

}  // namespace consularia::api::http
