#pragma once
// The files of the console, the page for auditors, at build time: those beside this one, and the
// verifier of clients/javascript as it is.

#include <string_view>

namespace consularia::api {

/// The page, with {{here}} before the names of files and {{api}}, the path of the API.
[[nodiscard]] std::string_view console_page_html();

/// What the page loads, by its name below /console/.
struct ConsoleFile {
    std::string_view name;
    std::string_view content_type;
    std::string_view (*bytes)();
};

/// Null if there is none of this name.
[[nodiscard]] const ConsoleFile* find_console_file(std::string_view name);

}  // namespace consularia::api
