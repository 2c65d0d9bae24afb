#pragma once
// The documents that the server publishes, as they were in docs/ at build time.

#include <string_view>

namespace consularia::api {

/// docs/openapi.json: JSON, UTF-8. Lives as long as the program, as does the other.
[[nodiscard]] std::string_view openapi_document();

/// docs/events.schema.json.
[[nodiscard]] std::string_view event_schema();

}  // namespace consularia::api
