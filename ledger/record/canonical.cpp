#include "ledger/record/canonical.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace consularia::ledger {

std::optional<std::uint64_t> parse_count(std::string_view text) {
    if (text.empty() || text.front() == '0') return std::nullopt;
    std::uint64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return count;
}

std::optional<domain::Timestamp> parse_moment(std::string_view text) {
    const auto moment = domain::parse_datetime(text);
    if (!moment || domain::format(*moment) != text) return std::nullopt;
    return *moment;
}

bool is_visible_ascii(std::string_view text, std::size_t limit) {
    const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
    return !text.empty() && text.size() <= limit &&
           std::all_of(text.begin(), text.end(), is_visible);
}

}  // namespace consularia::ledger
