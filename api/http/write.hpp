#pragma once
// The bytes of a response's head.

#include "api/response.hpp"

#include <string>
#include <string_view>

namespace consularia::api::http {

/// Status line, headers and empty line. The headers that every answer carries are added here, and
/// here control characters are kept out of all of them.
[[nodiscard]] std::string render_head(const Response& response, std::string_view request_id);

}  // namespace consularia::api::http
