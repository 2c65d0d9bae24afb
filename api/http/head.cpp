#include "api/http/head.hpp"

#include "domain/limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>

namespace consularia::api::http {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::string_view kHeadEnd = "\r\n\r\n";

Failure bad_request(std::string detail) {
    return {400, std::move(detail), {}};
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Failure> check_framing(const Parser& parser) {
    const auto& fields = parser.get();
    const auto encodings = fields.equal_range(beast_http::field::transfer_encoding);
    const auto lengths = fields.equal_range(beast_http::field::content_length);
    if (std::distance(lengths.first, lengths.second) > 1) {
        return bad_request("Content-Length is repeated.");
    }
    // "5, 5" in one line is also a repetition.
    if (lengths.first != lengths.second && !is_number(lengths.first->value())) {
        return bad_request("Content-Length is not a number.");
    }
    if (encodings.first == encodings.second) return std::nullopt;
    const bool one = std::distance(encodings.first, encodings.second) == 1;
    if (!one || !equal_ignoring_case(encodings.first->value(), "chunked")) {
        return bad_request("The only Transfer-Encoding understood is chunked.");
    }
    if (lengths.first != lengths.second) {
        return bad_request("Transfer-Encoding and Content-Length exclude each other.");
    }
    if (fields.version() < 11) return bad_request("Transfer-Encoding needs HTTP/1.1.");
    return std::nullopt;
}

bool is_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
}

std::optional<Failure> check_host(const Parser& parser) {
    const auto hosts = parser.get().equal_range(beast_http::field::host);
    const bool may_lack = parser.get().version() < 11;
    if (hosts.first == hosts.second && may_lack) return std::nullopt;
    if (std::distance(hosts.first, hosts.second) != 1) {
        return bad_request("A request has exactly one Host.");
    }
    if (!is_host(hosts.first->value())) return bad_request("Invalid Host.");
    return std::nullopt;
}

/// Splits the target into path and query; scheme and authority of an absolute form are dropped.
bool split_target(std::string_view target, Request& request) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto path = target.find_first_of("/?", scheme.size());
        target = path == std::string_view::npos ? "/" : target.substr(path);
        break;
    }
    if (target.empty() || target.front() != '/') return false;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    return true;
}

}  // namespace

tl::expected<std::optional<std::size_t>, Failure> find_head_end(
    std::string_view bytes, std::size_t searched, const Limits& limits
) {
    const auto from = searched - std::min(searched, kHeadEnd.size() - 1);
    const auto end = bytes.substr(0, limits.header_bytes).find(kHeadEnd, from);
    if (end != std::string_view::npos) return end + kHeadEnd.size();
    if (bytes.size() < limits.header_bytes) return std::nullopt;
    if (bytes.find("\r\n") > limits.target_bytes) {
        return tl::unexpected(Failure{414, "The request target is too long.", {}});
    }
    return tl::unexpected(Failure{431, "The request header is too large.", {}});
}

bool has_clean_lines(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        const char c = head[i];
        if (c == '\n') return false;
        if (c != '\r') continue;
        if (i + 1 >= head.size() || head[i + 1] != '\n') return false;
        ++i;
        if (i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t')) return false;
    }
    return true;
}

tl::expected<Request, Failure> read_head(
    std::string_view head, Parser& parser, const Limits& limits
) {
    if (!has_clean_lines(head)) return tl::unexpected(bad_request("Malformed request header."));
    // Sizes are limited here and while the body is read; the parser's own limits are disabled.
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(boost::none);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head), error);
    if (error || !parser.is_header_done()) {
        return tl::unexpected(bad_request("Malformed request header."));
    }
    const auto& message = parser.get();
    if (message.target().size() > limits.target_bytes) {
        return tl::unexpected(Failure{414, "The request target is too long.", {}});
    }
    Request request;
    request.method = message.method_string();
    for (const auto& field : message) {
        request.headers.emplace_back(field.name_string(), field.value());
    }
    if (request.headers.size() > limits.header_fields) {
        return tl::unexpected(Failure{431, "The request has too many header fields.", {}});
    }
    if (auto failure = check_framing(parser)) return tl::unexpected(std::move(*failure));
    if (auto failure = check_host(parser)) return tl::unexpected(std::move(*failure));
    if (!split_target(message.target(), request)) {
        return tl::unexpected(bad_request("Invalid request target."));
    }
    return request;
}

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= domain::limits::kRequestId.accepted &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
           });
}

}  // namespace consularia::api::http
