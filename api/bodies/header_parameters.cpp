#include "api/bodies/header_parameters.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

/// The index of the first semicolon outside quotes, or the end.
std::size_t find_end_of_parameter(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == ';' && !quoted) {
            return i;
        }
    }
    return text.size();
}

std::string unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    text = text.substr(1, text.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        // Only these two are escaped: old browsers send `filename="C:\x"` with bare backslashes.
        const bool escaped =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '\\' || text[i + 1] == '"');
        if (escaped) ++i;
        out += text[i];
    }
    return out;
}

}  // namespace

std::string to_lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view trim_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

const std::string* HeaderValue::find(std::string_view name) const {
    const auto found = std::find_if(parameters.rbegin(), parameters.rend(), [&](const auto& one) {
        return one.first == name;
    });
    return found == parameters.rend() ? nullptr : &found->second;
}

HeaderValue parse_header_value(std::string_view text) {
    HeaderValue result;
    const std::size_t end = std::min(text.find(';'), text.size());
    result.value = to_lower_ascii(trim_blanks(text.substr(0, end)));
    text.remove_prefix(end);
    while (!text.empty()) {
        text.remove_prefix(1);
        const std::string_view parameter = text.substr(0, find_end_of_parameter(text));
        text.remove_prefix(parameter.size());
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        result.parameters.emplace_back(
            to_lower_ascii(trim_blanks(parameter.substr(0, equals))),
            unquote(trim_blanks(parameter.substr(equals + 1)))
        );
    }
    return result;
}

}  // namespace consularia::api
