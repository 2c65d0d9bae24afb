#include "domain/webhook/addresses.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace consularia::domain {

namespace {

constexpr std::size_t kGroups = 8;  ///< An IPv6 address has these, 16 bits each.

std::optional<std::uint64_t> parse_digits(std::string_view digits, int base) {
    std::uint64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

/// Decimal, octal after 0, or hexadecimal after 0x, as inet_aton(3) reads it.
std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return parse_digits(text.substr(2), 16);
    if (text.size() > 1 && text.front() == '0') return parse_digits(text.substr(1), 8);
    return parse_digits(text, 10);
}

/// One to four numbers; the last one fills the bytes that the others left.
std::optional<std::uint32_t> parse_v4(std::string_view text) {
    std::uint64_t value = 0;
    for (unsigned part = 0; part < 4; ++part) {
        const auto dot = text.find('.');
        const auto number = parse_number(text.substr(0, dot));
        if (!number) return std::nullopt;
        const bool last = dot == std::string_view::npos;
        const unsigned bits = last ? 32 - 8 * part : 8;
        if (*number >> bits != 0) return std::nullopt;
        value = value << bits | *number;
        if (last) return static_cast<std::uint32_t>(value);
        text.remove_prefix(dot + 1);
    }
    return std::nullopt;
}

/// The groups on one side of "::", or all of them. Only at the end may four bytes be written as an
/// IPv4 address.
struct Groups {
    std::array<std::uint16_t, kGroups> values{};
    std::size_t count = 0;

    bool add(std::uint64_t value) {
        if (count == kGroups) return false;
        values[count++] = static_cast<std::uint16_t>(value);
        return true;
    }
};

std::optional<Groups> parse_groups(std::string_view text, bool at_end) {
    Groups groups;
    if (text.empty()) return groups;
    while (true) {
        const auto colon = text.find(':');
        const auto group = text.substr(0, colon);
        const bool last = colon == std::string_view::npos;
        if (last && at_end && group.find('.') != std::string_view::npos) {
            const auto v4 = parse_v4(group);
            if (!v4 || !groups.add(*v4 >> 16) || !groups.add(*v4 & 0xffff)) return std::nullopt;
            return groups;
        }
        const auto value = parse_digits(group, 16);
        if (!value || group.size() > 4 || !groups.add(*value)) return std::nullopt;
        if (last) return groups;
        text.remove_prefix(colon + 1);
    }
}

std::optional<IpAddress> parse_v6(std::string_view text) {
    const auto gap = text.find("::");
    const bool whole = gap == std::string_view::npos;
    const auto before = parse_groups(text.substr(0, gap), whole);
    const auto after = whole ? Groups{} : parse_groups(text.substr(gap + 2), true);
    if (!before || !after) return std::nullopt;
    const auto count = before->count + after->count;
    if (whole ? count != kGroups : count >= kGroups) return std::nullopt;
    auto groups = before->values;
    std::copy_n(
        after->values.begin(),
        after->count,
        groups.end() - static_cast<std::ptrdiff_t>(after->count)
    );
    IpAddress address;
    for (std::size_t i = 0; i < kGroups; ++i) {
        address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
    }
    return address;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.find(':') == std::string_view::npos) {
        const auto v4 = parse_v4(text);
        return v4 ? std::optional(IpAddress::v4(*v4)) : std::nullopt;
    }
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    return parse_v6(text.substr(0, text.find('%')));
}

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto first = parse_address(text.substr(0, slash));
    if (!first) return std::nullopt;
    // ::ffff:a.b.c.d/128 is one of IPv6 by its notation.
    const auto before = text.find(':') == std::string_view::npos ? 96U : 0U;
    Network network{*first, 128};
    if (slash != std::string_view::npos) {
        const auto bits = parse_digits(text.substr(slash + 1), 10);
        if (!bits || *bits > 128 - before) return std::nullopt;
        network.bits = static_cast<std::uint8_t>(before + *bits);
    }
    for (std::size_t bit = network.bits; bit < 128; ++bit) {
        if ((first->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return std::nullopt;
    }
    return network;
}

}  // namespace consularia::domain
