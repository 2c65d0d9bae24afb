#include "api/json/read_body.hpp"

#include "api/json/formats.hpp"
#include "api/json/header_parameters.hpp"

namespace consularia::api {

namespace {

tl::expected<std::vector<FormField>, UnreadableBody> read_form_fields(
    const ContentType& type, std::string_view body
) {
    if (type.type == MediaType::multipart) return read_multipart(body, type.boundary);
    std::vector<FormField> fields;
    for (auto& [name, value] : decode_form(body)) {
        fields.emplace_back(std::move(name), std::move(value));
    }
    return fields;
}

}  // namespace

std::optional<ContentType> parse_content_type(std::string_view header) {
    const HeaderValue parsed = parse_header_value(header);
    if (parsed.value == "application/json") return ContentType{MediaType::json, {}};
    if (parsed.value == "application/x-www-form-urlencoded") {
        return ContentType{MediaType::form, {}};
    }
    if (parsed.value != "multipart/form-data") return std::nullopt;
    const std::string* boundary = parsed.find("boundary");
    return ContentType{MediaType::multipart, boundary ? *boundary : std::string()};
}

tl::expected<Value, UnreadableBody> read_body(
    const ContentType& type, std::string_view body, Shape form_shape
) {
    if (type.type == MediaType::json) return read_json(body);
    auto fields = read_form_fields(type, body);
    if (!fields) return tl::unexpected(fields.error());
    return nest_form(std::move(*fields), form_shape);
}

}  // namespace consularia::api
