#pragma once
// The OpenAPI document of this API: docs/openapi.json at build time.

#include <string_view>

namespace consularia::api {

/// JSON, UTF-8. Lives as long as the program.
[[nodiscard]] std::string_view openapi_document();

}  // namespace consularia::api
