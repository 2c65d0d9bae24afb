#include "api/accept.hpp"

#include "api/lists.hpp"
#include "api/request.hpp"

#include <algorithm>
#include <cstdlib>
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

/// How much a client wants a media type, and how precisely it named it: 3 exactly, 1 by */*.
struct Wish {
    double weight = 0;
    int closeness = 0;
};

template <class Visit>
void for_each_range(std::string_view accept, Visit visit) {
    for_each_part(accept, ',', [&](std::string_view part) {
        const auto semicolon = part.find(';');
        const auto parameters =
            semicolon == std::string_view::npos ? std::string_view{} : part.substr(semicolon + 1);
        visit(trim_blanks(part.substr(0, semicolon)), parameters);
    });
}

double weight_in(std::string_view parameters) {
    double weight = 1;
    for_each_part(parameters, ';', [&](std::string_view parameter) {
        if (parameter.size() < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') return;
        weight = std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
    });
    return weight;
}

/// If several ranges cover the type, the most specific one counts (RFC 9110, 12.5.1).
Wish wish_for(std::string_view accept, std::string_view type, std::string_view group) {
    if (trim_blanks(accept).empty()) return {1, 1};
    Wish wish;
    for_each_range(accept, [&](std::string_view range, std::string_view parameters) {
        const int closeness = equal_ignoring_case(range, type)    ? 3
                              : equal_ignoring_case(range, group) ? 2
                              : range == "*/*"                    ? 1
                                                                  : 0;
        if (closeness > wish.closeness) wish = {weight_in(parameters), closeness};
    });
    return wish;
}

}  // namespace

bool prefers_html(std::string_view accept) {
    const auto html = wish_for(accept, "text/html", "text/*");
    const auto json = wish_for(accept, "application/json", "application/*");
    const bool json_by_name =
        names_problem_json(accept) || (json.closeness == 3 && json.weight > 0);
    if (html.weight <= 0 || html.weight < json.weight) return false;
    return html.closeness > 1 || !json_by_name;
}

bool accepts(std::string_view accept, std::string_view type) {
    const auto group = std::string(type.substr(0, type.find('/'))) + "/*";
    return wish_for(accept, type, group).weight > 0;
}

bool prefers_note(std::string_view accept) {
    const auto note = wish_for(accept, kNote, "text/*");
    const auto json = wish_for(accept, "application/json", "application/*");
    if (note.weight <= 0 || note.weight < json.weight) return false;
    return note.weight > json.weight || note.closeness >= json.closeness;
}

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

bool accepts_events(std::string_view accept) {
    return wish_for(accept, kEventBatch, "application/*").weight > 0 ||
           wish_for(accept, kEventStream, "text/*").weight > 0;
}

bool prefers_stream(std::string_view accept) {
    const auto stream = wish_for(accept, kEventStream, "text/*");
    const auto batch = wish_for(accept, kEventBatch, "application/*");
    const auto json = wish_for(accept, "application/json", "application/*");
    const bool named = stream.closeness == 3;
    return named && stream.weight > 0 && stream.weight >= std::max(batch.weight, json.weight);
}

bool names_problem_json(std::string_view accept) {
    bool named = false;
    for_each_range(accept, [&](std::string_view range, std::string_view) {
        named = named || equal_ignoring_case(range, "application/problem+json");
    });
    return named;
}

}  // namespace consularia::api
