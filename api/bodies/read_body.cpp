#include "api/bodies/read_body.hpp"

#include "api/bodies/formats.hpp"
#include "api/bodies/header_parameters.hpp"

namespace consularia::api {

namespace {

tl::expected<FormFields, UnreadableBody> read_form_fields(
    const ContentType& type, std::string_view body, std::size_t max_fields
) {
    return type.type == MediaType::multipart ? read_multipart(body, type.boundary, max_fields)
                                             : read_urlencoded(body, max_fields);
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
    const ContentType& type, std::string body, Shape form_shape, std::size_t max_values
) {
    if (type.type == MediaType::json) return read_json(std::move(body), max_values);
    auto fields = read_form_fields(type, body, max_values);
    if (!fields) return tl::unexpected(fields.error());
    std::string().swap(body);  // Its memory is released before the values take theirs.
    return nest_form(std::move(*fields), form_shape);
}

tl::unexpected<UnreadableBody> too_many_values(std::size_t max) {
    return tl::unexpected(UnreadableBody{
        "Request body has more than " + std::to_string(max) + " values."});
}

}  // namespace consularia::api
