#include "api/bodies/formats.hpp"
#include "api/bodies/header_parameters.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

/// As in Django: includes the blank line that ends them.
constexpr std::size_t kMaxPartHeaders = 1024;
/// As in Django; RFC 2046 says 70.
constexpr std::size_t kMaxBoundary = 201;

tl::unexpected<UnreadableBody> parse_error(const std::string& what) {
    return tl::unexpected(UnreadableBody{"Multipart form parse error - " + what});
}

/// Printable ASCII that does not end in a space (RFC 2046, 5.1.1, is stricter).
bool is_boundary(std::string_view text) {
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    return !text.empty() && text.size() <= kMaxBoundary && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), printable);
}

/// Where a delimiter line is in the body.
struct Delimiter {
    std::size_t begin = 0;  ///< Before the preceding line break: the end of the part before.
    std::size_t end = 0;    ///< After its own line break: the beginning of the next part.
    bool last = false;
};

/// `--boundary` at the beginning of a line, then `--`, or blanks and the end of the line.
class Delimiters {
  public:
    Delimiters(std::string_view body, std::string_view boundary)
        : body_(body), mark_("\r\n--" + std::string(boundary)) {}

    /// The first delimiter from here on.
    [[nodiscard]] std::optional<Delimiter> find(std::size_t from) const {
        const std::string_view first_line = std::string_view(mark_).substr(2);
        if (from == 0 && body_.starts_with(first_line)) {
            if (const auto found = read_rest(0, first_line.size())) return found;
        }
        for (auto at = body_.find(mark_, from); at != std::string_view::npos;
             at = body_.find(mark_, at + 2)) {
            if (const auto found = read_rest(at, at + mark_.size())) return found;
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] std::optional<Delimiter> read_rest(std::size_t begin, std::size_t at) const {
        if (body_.substr(at).starts_with("--")) return Delimiter{begin, at + 2, true};
        at = std::min(body_.find_first_not_of(" \t", at), body_.size());
        if (body_.substr(at).starts_with("\r\n")) return Delimiter{begin, at + 2, false};
        return std::nullopt;
    }

    std::string_view body_;
    std::string mark_;
};

/// The parameters of the part's Content-Disposition: form-data.
std::optional<HeaderValue> find_disposition(std::string_view headers) {
    while (!headers.empty()) {
        const std::string_view line = headers.substr(0, headers.find("\r\n"));
        headers.remove_prefix(std::min(line.size() + 2, headers.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (to_lower_ascii(trim_blanks(line.substr(0, colon))) != "content-disposition") continue;
        return parse_header_value(line.substr(colon + 1));
    }
    return std::nullopt;
}

/// One field with its content as sent; no content if a file was sent.
struct Part {
    std::string name;
    std::optional<std::string_view> content;
};

std::optional<Part> read_part(std::string_view headers, std::string_view content) {
    const auto disposition = find_disposition(headers);
    const std::string* name = disposition ? disposition->find("name") : nullptr;
    if (!name) return std::nullopt;
    Part part{replace_invalid_utf8(trim_blanks(*name)), content};
    const std::string* file = disposition->find("filename");
    const bool is_file = (file && !file->empty()) || disposition->find("filename*");
    if (is_file) part.content = std::nullopt;
    return part;
}

/// As in Django: files come after texts, so they override texts of the same name.
FormFields join_parts(const std::vector<Part>& parts, std::size_t bytes) {
    FormFields fields(parts.size(), bytes);
    for (const bool files : {false, true}) {
        for (const auto& [name, content] : parts) {
            if (content.has_value() == files) continue;
            fields.begin();
            fields.text += name;
            fields.end_name();
            if (content) {
                append_as_utf8(fields.text, *content);
            } else {
                fields.text += FormFields::kFile;
            }
            fields.end_value();
        }
    }
    return fields;
}

}  // namespace

tl::expected<FormFields, UnreadableBody> read_multipart(
    std::string_view body, std::string_view boundary, std::size_t max_fields
) {
    if (boundary.empty()) return parse_error("Invalid boundary in multipart: None");
    if (!is_boundary(boundary)) return parse_error("Invalid boundary in multipart.");
    const Delimiters delimiters(body, boundary);
    auto delimiter = delimiters.find(0);
    if (!delimiter) return parse_error("The boundary is not in the body.");
    std::vector<Part> parts;
    while (!delimiter->last) {
        // A part without headers begins with the blank line, so look from the line break before.
        const std::size_t from = delimiter->end - 2;
        const std::size_t blank = body.substr(from, kMaxPartHeaders + 2).find("\r\n\r\n");
        const auto next = delimiters.find(from);
        if (!next) return parse_error("The last boundary is missing.");
        if (blank == std::string_view::npos && next->begin - from > kMaxPartHeaders) {
            return parse_error("Request max total header size exceeded.");
        }
        const std::size_t content = from + blank + 4;
        if (blank == std::string_view::npos || content > next->begin) {
            return parse_error("A part has no blank line after its headers.");
        }
        auto part =
            read_part(body.substr(from, blank), body.substr(content, next->begin - content));
        if (part && parts.size() == max_fields) return too_many_values(max_fields);
        if (part) parts.push_back(std::move(*part));
        delimiter = next;
    }
    return join_parts(parts, body.size());
}

}  // namespace consularia::api
