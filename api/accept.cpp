#include "api/accept.hpp"

#include "api/lists.hpp"
#include "api/request.hpp"

#include <string>

namespace consularia::api {

namespace {

bool has_zero_weight(std::string_view parameters) {
    bool zero = false;
    for_each_part(parameters, ';', [&](std::string_view parameter) {
        if (parameter.size() < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') return;
        zero = parameter.find_first_not_of("0.", 2) == std::string_view::npos;
    });
    return zero;
}

template <class Visit>
void for_each_range(std::string_view accept, Visit visit) {
    for_each_part(accept, ',', [&](std::string_view part) {
        const auto semicolon = part.find(';');
        const auto parameters =
            semicolon == std::string_view::npos ? std::string_view{} : part.substr(semicolon + 1);
        visit(trim_blanks(part.substr(0, semicolon)), parameters);
    });
}

}  // namespace

bool accepts_json(std::string_view accept) {
    if (trim_blanks(accept).empty()) return true;
    bool accepted = false;
    for_each_range(accept, [&](std::string_view range, std::string_view parameters) {
        const bool fits = range == "*/*" || equal_ignoring_case(range, "application/*") ||
                          equal_ignoring_case(range, "application/json") ||
                          equal_ignoring_case(range, "application/problem+json");
        accepted = accepted || (fits && !has_zero_weight(parameters));
    });
    return accepted;
}

bool names_problem_json(std::string_view accept) {
    bool named = false;
    for_each_range(accept, [&](std::string_view range, std::string_view) {
        named = named || equal_ignoring_case(range, "application/problem+json");
    });
    return named;
}

}  // namespace consularia::api
