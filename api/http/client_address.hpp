#pragma once
// Whose request it is: the address that limits per address count.

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api::http {

/// An IPv6 address, or an IPv4 one mapped into it (RFC 4291, 2.5.5.2).
using IpBytes = std::array<unsigned char, 16>;

/// The proxies before this server, which are believed when they name a client. Whoever connects
/// over loopback is one of them. Immutable.
class TrustedProxies {
  public:
    TrustedProxies() = default;

    /// Addresses, or networks as ADDRESS/BITS. Throws std::invalid_argument with a sentence.
    explicit TrustedProxies(const std::vector<std::string>& names);

    /// Not even loopback: for tests, whose clients have no other address.
    [[nodiscard]] static TrustedProxies nobody();

    [[nodiscard]] bool contains(const IpBytes& address) const;

    /// Of a request from this peer: the peer, or, as long as that is a proxy, who the last entry
    /// of X-Forwarded-For says had connected to it. An IPv6 address stands for its /64, which is
    /// what one host has. Empty when only proxies are known: limits except them.
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
