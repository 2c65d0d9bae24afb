#pragma once
// The client's address: the one that limits per address count.

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api::http {

/// An IPv6 address, or an IPv4 one mapped into it (RFC 4291, 2.5.5.2).
using IpBytes = std::array<unsigned char, 16>;

/// The proxies in front of this server, which are believed when they name a client. Every peer on
/// loopback is one of them. Immutable.
class TrustedProxies {
  public:
    TrustedProxies() = default;

    /// Addresses, or networks as ADDRESS/BITS. Throws std::invalid_argument with a sentence.
    explicit TrustedProxies(const std::vector<std::string>& names);

    /// Trusts nobody, not even loopback: for tests, whose clients have no other address.
    [[nodiscard]] static TrustedProxies nobody();

    [[nodiscard]] bool contains(const IpBytes& address) const;

    /// The client of a request from this peer: the peer itself or, if it is a proxy, the last
    /// address in X-Forwarded-For that is not one. An IPv6 address is reduced to its /64, which is
    /// what one host has. Empty if only proxies are known: they are exempt from limits.
    [[nodiscard]] std::string client_of(IpBytes peer, std::string_view forwarded_for) const;

  private:
    struct Network {
        IpBytes first;
        std::size_t bits;
    };

    std::vector<Network> networks_;
    bool loopback_ = true;
};

}  // namespace consularia::api::http
