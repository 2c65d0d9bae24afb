#pragma once
// The OpenAPI document of this API, docs/openapi.json, as it was when the binary was built.

#include <string_view>

namespace consularia::api {

/// JSON, UTF-8. Lives as long as the program.
[[nodiscard]] std::string_view openapi_document();

}  // namespace consularia::api
