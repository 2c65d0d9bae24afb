#include "api/http/client_address.hpp"

#include "api/lists.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace consularia::api::http {

namespace {

constexpr IpBytes kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kMappedBytes = 12;
constexpr std::size_t kHostBytes = 8;  ///< the part of an IPv6 address that a host chooses itself
constexpr IpBytes kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr unsigned char kLoopbackNet = 127;

bool is_v4(const IpBytes& address) {
    return std::equal(kMapped.begin(), kMapped.begin() + kMappedBytes, address.begin());
}

bool is_loopback(const IpBytes& address) {
    return address == kLoopback || (is_v4(address) && address[kMappedBytes] == kLoopbackNet);
}

std::optional<IpBytes> parse(std::string_view text) {
    const std::string terminated(text);
    IpBytes address = kMapped;
    if (inet_pton(AF_INET, terminated.c_str(), address.data() + kMappedBytes) == 1) return address;
    if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

/// An entry of X-Forwarded-For, in which some proxies add the port: 192.0.2.1:80, [2001:db8::1]:80.
std::optional<IpBytes> parse_entry(std::string_view text) {
    text = trim_blanks(text);
    if (text.starts_with('[')) return parse(text.substr(1, text.find(']') - 1));
    if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
    return parse(text);
}

std::string to_text(IpBytes address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4(address)) {
        return inet_ntop(AF_INET, address.data() + kMappedBytes, text.data(), text.size());
    }
    std::fill(address.end() - kHostBytes, address.end(), 0);
    return std::string(inet_ntop(AF_INET6, address.data(), text.data(), text.size())) + "/64";
}

bool share_bits(const IpBytes& one, const IpBytes& other, std::size_t bits) {
    const auto bytes = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(one.begin(), one.begin() + bytes, other.begin())) return false;
    if (bits % 8 == 0) return true;
    const auto differing = one[bits / 8] ^ other[bits / 8];
    return differing >> (8 - bits % 8) == 0;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const auto slash = std::min(name.find('/'), name.size());
        const auto address = parse(std::string_view(name).substr(0, slash));
        const std::size_t before = address && is_v4(*address) ? 8 * kMappedBytes : 0;
        std::size_t bits = 8 * sizeof(IpBytes) - before;
        bool good = address.has_value();
        if (slash < name.size()) {
            const auto* end = name.data() + name.size();
            const std::size_t most = bits;
            const auto [stop, error] = std::from_chars(name.data() + slash + 1, end, bits);
            good = good && error == std::errc{} && stop == end && bits <= most;
        }
        if (!good) {
            throw std::invalid_argument(
                "--trusted-proxy must be an address, or a network like 10.0.0.0/8, not \"" + name +
                "\"."
            );
        }
        networks_.push_back({*address, before + bits});
    }
}

TrustedProxies TrustedProxies::nobody() {
    TrustedProxies none;
    none.loopback_ = false;
    return none;
}

bool TrustedProxies::contains(const IpBytes& address) const {
    if (loopback_ && is_loopback(address)) return true;
    return std::ranges::any_of(networks_, [&](const Network& network) {
        return share_bits(address, network.first, network.bits);
    });
}

std::string TrustedProxies::client_of(IpBytes peer, std::string_view forwarded_for) const {
    IpBytes client = peer;
    while (contains(client)) {
        const auto comma = forwarded_for.rfind(',');
        const bool is_first = comma == std::string_view::npos;
        const auto named = parse_entry(is_first ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!named) return "";
        client = *named;
        forwarded_for = is_first ? "" : forwarded_for.substr(0, comma);
    }
    return to_text(client);
}

}  // namespace consularia::api::http
