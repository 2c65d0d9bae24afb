#include "cli/html.hpp"

#include "base/utf8.hpp"

namespace consularia::cli {

namespace {

bool is_control(char c) {
    constexpr char kDelete = 0x7f;
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\n' && c != '\t') || c == kDelete;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : replace_invalid_utf8(text)) {
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (is_control(c)) {
            escaped += "\ufffd";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string paragraph(std::string_view text) {
    return "<p>" + escape_html(text) + "</p>\n";
}

std::string heading(std::string_view text) {
    return "<h2>" + escape_html(text) + "</h2>\n";
}

HtmlTable::HtmlTable(std::initializer_list<std::string_view> columns)
    : html_("<table>\n<thead><tr>") {
    for (const auto column : columns) {
        html_ += "<th scope=\"col\">" + escape_html(column) + "</th>";
    }
    html_ += "</tr></thead>\n";
}

void HtmlTable::add(std::initializer_list<std::string_view> cells) {
    empty_ = false;
    html_ += "<tr>";
    for (const auto cell : cells) html_ += "<td>" + escape_html(cell) + "</td>";
    html_ += "</tr>\n";
}

std::string HtmlTable::or_else(std::string_view none) const {
    return empty_ ? paragraph(none) : html_ + "</table>\n";
}

}  // namespace consularia::cli
