#pragma once
// The files beside this one, at build time: parts of the page behind an access link.

#include <string_view>

namespace consularia::api {

/// The frame: page.html.
[[nodiscard]] std::string_view page_html();
/// The appointment: details.html.
[[nodiscard]] std::string_view details_html();
[[nodiscard]] std::string_view page_css();
[[nodiscard]] std::string_view page_js();

}  // namespace consularia::api
