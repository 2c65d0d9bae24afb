#include "api/query_values.hpp"

#include "api/bodies/fields.hpp"

namespace consularia::api {

std::optional<std::uint64_t> read_number(
    const std::string& name, const std::optional<std::string>& text, Bounds bounds, Errors& errors
) {
    if (!text) return std::nullopt;
    const auto negative = text->starts_with('-') && parse_number(text->substr(1));
    const auto value = negative ? 0 : parse_number(*text);
    if (!value) {
        errors.add(name, Errors::sentence(std::string(kNotAnInteger)));
    } else if (negative || *value < bounds.least) {
        errors.add(name, Errors::sentence(at_least(bounds.least)));
    } else if (*value > bounds.most) {
        errors.add(name, Errors::sentence(at_most(bounds.most)));
    } else {
        return value;
    }
    return std::nullopt;
}

std::optional<std::string> value_of(const Query& query, std::string_view name) {
    auto text = query.last(name);
    if (text && text->empty()) text.reset();
    return text;
}

std::optional<bool> read_truth(const Query& query, const std::string& name, Errors& errors) {
    const auto text = value_of(query, name);
    if (!text) return std::nullopt;
    const auto truth = parse_bool(*text);
    if (!truth) errors.add(name, Errors::sentence(std::string(kNotABoolean)));
    return truth;
}

}  // namespace consularia::api
