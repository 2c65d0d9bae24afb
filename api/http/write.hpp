#pragma once
// The bytes of a response's head.

#include "api/response.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace consularia::api::http {

/// How a client knows where an answer's body ends (RFC 9112, 6.3).
enum class Framing {
    length,       ///< Content-Length.
    chunked,      ///< Written in pieces whose number is not known yet.
    until_close,  ///< The same for HTTP/1.0, which has no chunks.
};

/// Status line, headers and empty line. Adds the headers that every answer carries, and keeps
/// control characters out of all headers.
[[nodiscard]] std::string render_head(
    const Response& response, std::string_view request_id, Framing framing = Framing::length
);

/// The line before a chunk of this many bytes. A line break follows the bytes.
[[nodiscard]] std::string chunk_line(std::size_t bytes);

inline constexpr std::string_view kLineBreak = "\r\n";

/// After all chunks.
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace consularia::api::http
