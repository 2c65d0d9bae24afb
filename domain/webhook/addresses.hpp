#pragma once
// Which addresses a webhook may be sent to, and how addresses are written.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::domain {

/// An IPv6 address; one of IPv4 as the IPv6 address that stands for it, ::ffff:a.b.c.d.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] static IpAddress v4(std::uint32_t address);

    [[nodiscard]] bool is_v4() const;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Reads an address in any notation that a resolver takes for one (inet_aton, RFC 4291): besides
/// 127.0.0.1 also 127.1, 0x7f.1, 0177.0.0.1, 2130706433, and ::1, ::ffff:7f00:1, ::127.0.0.1;
/// those of IPv6 also in brackets, with a zone (%eth0), which is dropped; with a dot at the end.
[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);

/// The addresses that share their first bits.
struct Network {
    IpAddress first;
    std::uint8_t bits = 128;  ///< 96 more than written for one of IPv4.

    /// Reads ADDRESS/BITS, or an address alone, whose bits all count. Bits after them must be zero.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);

    [[nodiscard]] bool contains(const IpAddress& address) const;
};

/// May webhooks be sent there? Only to addresses that IANA's registries of special-purpose
/// addresses have as globally reachable by unicast, and that no network of a cloud gives to its
/// metadata service. An address that leads to one of IPv4 (RFC 4291, 6052) is judged by that one.
/// Immutable, hence thread-safe.
class AddressPolicy {
  public:
    AddressPolicy() = default;

    /// These networks are open too, whatever they are.
    explicit AddressPolicy(std::vector<Network> open) : open_(std::move(open)) {}

    [[nodiscard]] bool allows(const IpAddress& address) const;

    /// Whether a URL with this host could be right: an address that is allowed, or the name of a
    /// host on the Internet. Names that only mean something on a machine or in its network
    /// (localhost, a single label, *.local, *.internal, *.home.arpa) are refused unless some
    /// network is open. What a name resolves to is judged when it is called.
    [[nodiscard]] bool allows_host(std::string_view host) const;

  private:
    std::vector<Network> open_;
};

}  // namespace consularia::domain
