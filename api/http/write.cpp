#include "api/http/write.hpp"

#include <array>
#include <charconv>
#include <ctime>

namespace consularia::api::http {

namespace {

void append_header(std::string& head, std::string_view name, std::string_view value) {
    head += name;
    head += ": ";
    for (const char c : value) {
        const bool control = (c >= 0 && c < ' ') || c == 0x7f;
        head += control ? '?' : c;
    }
    head += "\r\n";
}

/// The Date header's value (RFC 9110, 5.6.7), formatted once a second.
std::string_view date_now() {
    thread_local std::time_t shown = 0;
    thread_local std::array<char, 32> text{};
    thread_local std::size_t length = 0;
    const std::time_t now = std::time(nullptr);
    if (now != shown) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
        shown = now;
    }
    return {text.data(), length};
}

}  // namespace

std::string render_head(const Response& response, std::string_view request_id, Framing framing) {
    std::string head;
    head.reserve(512);
    head += "HTTP/1.1 " + std::to_string(response.status) + " ";
    head += reason_of(response.status);
    head += "\r\n";
    append_header(head, "Date", date_now());
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless) {
        append_header(head, "Content-Type", response.content_type);
        if (framing == Framing::length) {
            append_header(
                head,
                "Content-Length",
                std::to_string(response.length.value_or(response.content().size()))
            );
        } else if (framing == Framing::chunked) {
            append_header(head, "Transfer-Encoding", "chunked");
        }
    }
    append_header(head, "X-Request-ID", request_id);
    append_header(head, "X-Content-Type-Options", "nosniff");
    append_header(head, "Cache-Control", response.cache_control);
    append_header(head, "Referrer-Policy", "no-referrer");  // The address may be an access link.
    append_header(head, "Vary", "Accept, Authorization, X-API-Key");
    if (response.sequence) {
        append_header(head, "Consularia-Position", std::to_string(*response.sequence));
    }
    for (const auto& [name, value] : response.headers) append_header(head, name, value);
    if (response.close) append_header(head, "Connection", "close");
    head += "\r\n";
    return head;
}

std::string chunk_line(std::size_t bytes) {
    std::array<char, 2 * sizeof(bytes)> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), bytes, 16);
    return std::string(digits.begin(), end.ptr) + "\r\n";
}

}  // namespace consularia::api::http
