#include "api/paging.hpp"

#include "api/bodies/read_body.hpp"
#include "base/json_writer.hpp"
#include "domain/text.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <limits>

namespace consularia::api {

namespace {

std::string percent_encode(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

/// The request's own URL without these parameters.
std::string link_without(
    const Call& call,
    const Query& query,
    std::initializer_list<std::string_view> dropped,
    std::optional<std::pair<std::string, std::string>> added
) {
    auto parameters = query.all();
    std::erase_if(parameters, [&](const auto& one) {
        return std::ranges::find(dropped, one.first) != dropped.end();
    });
    if (added) parameters.push_back(*std::move(added));
    std::stable_sort(parameters.begin(), parameters.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::string url = origin_of(call) + call.request.path;
    char separator = '?';
    for (const auto& [name, value] : parameters) {
        url += separator + percent_encode(name) + "=" + percent_encode(value);
        separator = '&';
    }
    return url;
}

/// The request's own URL with another page.
std::string link_to(const Call& call, const Query& query, std::uint64_t page) {
    if (page == 1) return link_without(call, query, {"page"}, std::nullopt);
    return link_without(call, query, {"page"}, std::pair{"page", std::to_string(page)});
}

/// Renders what `begin` has begun around results that are JSON.
Response render_list(const Call& call, std::string begin, Parts results) {
    Parts parts;
    parts.count = results.count + 2;
    parts.make = [begin = std::move(begin), results = std::move(results)](std::size_t index) {
        if (index == 0) return begin;
        if (index > results.count) return std::string("]}");
        auto row = results.make(index - 1);
        if (index < results.count) row += ',';
        return row;
    };
    Response response;
    response.sequence = call.sequence;
    set_body(response, std::move(parts), call.service.piece_bytes);
    return response;
}

}  // namespace

Query::Query(std::string_view text) : parameters_(decode_form(text)) {}

std::optional<std::string> Query::last(std::string_view name) const {
    const auto found = std::find_if(parameters_.rbegin(), parameters_.rend(), [&](const auto& one) {
        return one.first == name;
    });
    return found == parameters_.rend() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    text = domain::trim(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (stop != end || text.empty()) return std::nullopt;
    return error == std::errc{} ? number : std::numeric_limits<std::uint64_t>::max();
}

std::uint64_t find_page_size(const Query& query) {
    const auto size = parse_number(query.last("page_size").value_or("")).value_or(0);
    return size > 0 ? std::min(size, kMaxPageSize) : kDefaultPageSize;
}

std::optional<Page> find_page(const Query& query, std::uint64_t count) {
    Page page;
    page.count = count;
    page.size = find_page_size(query);
    const std::uint64_t pages = std::max<std::uint64_t>(1, (count + page.size - 1) / page.size);
    const auto asked = query.last("page").value_or("");
    if (asked == "last") {
        page.number = pages;
    } else if (!asked.empty()) {
        page.number = parse_number(asked).value_or(0);
    }
    if (page.number < 1 || page.number > pages) return std::nullopt;
    return page;
}

std::string origin_of(const Call& call) {
    if (call.service.public_url) return *call.service.public_url;
    return "http://" + call.request.header("Host").value_or("");
}

std::string link_with(
    const Call& call, const Query& query, const std::string& name, const std::string& value
) {
    if (value.empty()) return link_without(call, query, {name}, std::nullopt);
    return link_without(call, query, {name}, std::pair{name, value});
}

Failure invalid_page() {
    return {404, "Invalid page.", {}};
}

Response render_page(const Call& call, const Query& query, const Page& page, Parts results) {
    const bool more = page.offset() + results.count < page.count;
    const auto write_link = [&](JsonWriter& json, const char* key, bool exists, auto number) {
        if (exists) return json.text(key, link_to(call, query, number));
        json.null(key);
    };
    JsonWriter json;
    json.begin_object();
    json.number("count", static_cast<std::int64_t>(page.count));
    write_link(json, "next", more, page.number + 1);
    write_link(json, "previous", page.number > 1, page.number - 1);
    json.begin_array("results");
    return render_list(call, json.take(), std::move(results));
}

Response render_cursor_page(
    const Call& call, const Query& query, const std::optional<std::string>& next, Parts results
) {
    JsonWriter json;
    json.begin_object();
    if (next) {
        json.text(
            "next", link_without(call, query, {"page", "cursor"}, std::pair{"cursor", *next})
        );
    } else {
        json.null("next");
    }
    json.null("previous");
    json.begin_array("results");
    return render_list(call, json.take(), std::move(results));
}

Response render_page(
    const Call& call, const Query& query, const Page& page, std::vector<std::string> results
) {
    Parts parts;
    parts.count = results.size();
    parts.make = [results = std::move(results)](std::size_t index) { return results[index]; };
    return render_page(call, query, page, std::move(parts));
}

}  // namespace consularia::api
