#include "domain/webhook/addresses.hpp"

#include <algorithm>
#include <cstddef>

namespace consularia::domain {

namespace {

/// A network that is not given to hosts on the Internet.
struct Refused {
    std::uint32_t first;
    unsigned bits;
};

/// Source: the IANA IPv4 Special-Purpose Address Registry, without what it has as globally
/// reachable; RFC 5771 (multicast); and a metadata service at a public address.
constexpr Refused kRefusedV4[] = {
    {0x00000000, 8},   // this network, unspecified
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared by the customers of a carrier
    {0x7f000000, 8},   // loopback
    {0xa83f8110, 32},  // 168.63.129.16: Azure's services for its own hosts
    {0xa9fe0000, 16},  // link-local, and metadata services
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // IETF protocol assignments
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // 6to4 relays, deprecated
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
};

/// The first 32 bits, as many of them as are given. Only 2000::/3 is given to hosts (IANA IPv6
/// Address Space), so what lies outside needs no line: loopback, link-local, unique-local with the
/// metadata service fd00:ec2::254, multicast, discard, segment routing, local NAT64. Inside of it
/// this is the IANA IPv6 Special-Purpose Address Registry.
constexpr Refused kRefusedV6[] = {
    {0x20010000, 23},  // IETF protocol assignments: Teredo, benchmarks, ORCHID
    {0x20010db8, 32},  // documentation
    {0x20020000, 16},  // 6to4, deprecated: leads to an IPv4 address
    {0x3fff0000, 20},  // documentation
};

/// The address is one of an IPv4 host after a prefix of 96 bits.
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kTranslated{0, 0x64, 0xff, 0x9b};  // NAT64, RFC 6052

bool has_prefix(const IpAddress& address, const std::array<std::uint8_t, 12>& prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

std::uint32_t word_at(const IpAddress& address, std::size_t offset) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) word = word << 8 | address.bytes[offset + i];
    return word;
}

template <std::size_t kCount>
bool is_in(std::uint32_t word, const Refused (&networks)[kCount]) {
    return std::ranges::any_of(networks, [word](const Refused& network) {
        return (word ^ network.first) >> (32 - network.bits) == 0;
    });
}

bool is_on_the_internet(const IpAddress& address) {
    if (has_prefix(address, kMapped) || has_prefix(address, kTranslated)) {
        return !is_in(word_at(address, 12), kRefusedV4);
    }
    return address.bytes[0] >> 5 == 1 && !is_in(word_at(address, 0), kRefusedV6);
}

constexpr std::size_t kLongestName = 253;  ///< RFC 1035, 2.3.4: 255 octets on the wire.
constexpr std::size_t kLongestLabel = 63;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
           label.back() != '-' && std::ranges::all_of(label, [](char c) {
               return is_letter_or_digit(c) || c == '-' || c == '_';
           });
}

/// Letters (also those of punycode), digits, hyphens; the last label is not a number, so that
/// nobody takes the name for an address.
bool is_name(std::string_view host) {
    if (host.size() > kLongestName) return false;
    while (true) {
        const auto dot = host.find('.');
        const auto label = host.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return label.front() < '0' || label.front() > '9';
        host.remove_prefix(dot + 1);
    }
}

bool ends_with(std::string_view host, std::string_view lower_case) {
    if (host.size() < lower_case.size()) return false;
    return std::ranges::equal(
        host.substr(host.size() - lower_case.size()),
        lower_case,
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }
    );
}

/// RFC 6761, 6762, 8375, and ICANN's reservation of .internal.
bool is_local(std::string_view name) {
    constexpr std::string_view kLocal[] = {
        ".localhost", ".localdomain", ".local", ".internal", ".home.arpa"};
    return name.find('.') == std::string_view::npos ||
           std::ranges::any_of(kLocal, [name](auto suffix) { return ends_with(name, suffix); });
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t address) {
    IpAddress made;
    std::ranges::copy(kMapped, made.bytes.begin());
    for (std::size_t i = 0; i < 4; ++i) {
        made.bytes[12 + i] = static_cast<std::uint8_t>(address >> (24 - 8 * i));
    }
    return made;
}

bool IpAddress::is_v4() const {
    return has_prefix(*this, kMapped);
}

bool Network::contains(const IpAddress& address) const {
    constexpr std::size_t kBitsBeforeV4 = 96;
    if (bits < kBitsBeforeV4 && address.is_v4()) return false;  // ::/0 is all of IPv6
    for (std::size_t bit = 0; bit < bits; ++bit) {
        const auto differs = first.bytes[bit / 8] ^ address.bytes[bit / 8];
        if ((differs >> (7 - bit % 8) & 1) != 0) return false;
    }
    return true;
}

bool AddressPolicy::allows(const IpAddress& address) const {
    const auto opened = [this](const IpAddress& candidate) {
        return std::ranges::any_of(open_, [&candidate](const Network& network) {
            return network.contains(candidate);
        });
    };
    return is_on_the_internet(address) || opened(address);
}

bool AddressPolicy::allows_host(std::string_view host) const {
    if (const auto address = parse_address(host)) return allows(*address);
    if (host.ends_with('.')) host.remove_suffix(1);
    return is_name(host) && (!open_.empty() || !is_local(host));
}

}  // namespace consularia::domain
