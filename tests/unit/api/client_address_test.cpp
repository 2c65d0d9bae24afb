// The address that limits apply to, behind proxies and without.

#include "api/http/client_address.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <stdexcept>

namespace consularia::api::http {
namespace {

IpBytes ip(const std::string& text) {
    IpBytes address{};
    const std::string mapped = text.find(':') == std::string::npos ? "::ffff:" + text : text;
    EXPECT_EQ(inet_pton(AF_INET6, mapped.c_str(), address.data()), 1) << text;
    return address;
}

TEST(ClientAddress, ThePeerIsTheClientWhateverItClaims) {
    const TrustedProxies none;
    EXPECT_EQ(none.client_of(ip("192.0.2.7"), ""), "192.0.2.7");
    EXPECT_EQ(none.client_of(ip("192.0.2.7"), "198.51.100.1"), "192.0.2.7");
}

TEST(ClientAddress, AnIpv6AddressStandsForTheNetworkOfItsHost) {
    const TrustedProxies none;
    EXPECT_EQ(none.client_of(ip("2001:db8:1:2:3:4:5:6"), ""), "2001:db8:1:2::/64");
    EXPECT_EQ(none.client_of(ip("2001:db8:1:2::9"), ""), "2001:db8:1:2::/64");
    EXPECT_EQ(none.client_of(ip("2001:db8:1:3::9"), ""), "2001:db8:1:3::/64");
}

TEST(ClientAddress, LoopbackIsAProxyWithAnUnknownClientIfItNamesNone) {
    const TrustedProxies none;
    for (const auto* peer : {"127.0.0.1", "127.8.9.10", "::1"}) {
        EXPECT_EQ(none.client_of(ip(peer), ""), "") << peer;
        EXPECT_EQ(none.client_of(ip(peer), "192.0.2.7"), "192.0.2.7") << peer;
        EXPECT_EQ(none.client_of(ip(peer), "2001:db8::7"), "2001:db8::/64") << peer;
    }
}

TEST(ClientAddress, WhatTheClientItselfHadSentBeforeTheProxyAddedItsAddressDoesNotCount) {
    const TrustedProxies proxies({"10.0.0.0/8"});
    EXPECT_EQ(proxies.client_of(ip("10.1.2.3"), "203.0.113.9, 192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(proxies.client_of(ip("10.1.2.3"), "127.0.0.1, 192.0.2.7"), "192.0.2.7");
}

TEST(ClientAddress, AChainOfProxiesIsFollowedToTheFirstThatIsNone) {
    const TrustedProxies proxies({"10.0.0.0/8", "2001:db8:ffff::/48"});
    EXPECT_EQ(
        proxies.client_of(ip("10.1.2.3"), "203.0.113.9,192.0.2.7 ,2001:db8:ffff::2,\t10.9.9.9"),
        "192.0.2.7"
    );
    EXPECT_EQ(proxies.client_of(ip("10.1.2.3"), "10.9.9.9, 10.8.8.8"), "");
}

TEST(ClientAddress, AnEntryMayHaveAPortAndWhatIsNoAddressNamesNobody) {
    const TrustedProxies none;
    EXPECT_EQ(none.client_of(ip("127.0.0.1"), "192.0.2.7:4711"), "192.0.2.7");
    EXPECT_EQ(none.client_of(ip("127.0.0.1"), "[2001:db8::7]:4711"), "2001:db8::/64");
    for (const auto* entry : {"unknown", "_hidden", "192.0.2.256", ",", "[", "[]", ":", " "}) {
        EXPECT_EQ(none.client_of(ip("127.0.0.1"), entry), "") << entry;
    }
}

TEST(ClientAddress, ANetworkEndsAtItsLastBit) {
    const TrustedProxies proxies({"10.64.0.0/10", "192.0.2.1", "2001:db8::/33"});
    EXPECT_TRUE(proxies.contains(ip("10.64.0.0")));
    EXPECT_TRUE(proxies.contains(ip("10.127.255.255")));
    EXPECT_FALSE(proxies.contains(ip("10.63.255.255")));
    EXPECT_FALSE(proxies.contains(ip("10.128.0.0")));
    EXPECT_TRUE(proxies.contains(ip("192.0.2.1")));
    EXPECT_FALSE(proxies.contains(ip("192.0.2.0")));
    EXPECT_TRUE(proxies.contains(ip("2001:db8:7fff::1")));
    EXPECT_FALSE(proxies.contains(ip("2001:db8:8000::1")));
    EXPECT_TRUE(TrustedProxies({"0.0.0.0/0"}).contains(ip("203.0.113.9")));
    EXPECT_FALSE(TrustedProxies({"0.0.0.0/0"}).contains(ip("2001:db8::1")));
}

TEST(ClientAddress, WhatIsNeitherAddressNorNetworkIsRefused) {
    for (const auto* name :
         {"",
          "proxy.example.org",
          "10.0.0.0/33",
          "2001:db8::/129",
          "10.0.0.0/",
          "10.0.0.0/-1",
          "10.0.0.0/8x",
          "10.0.0.0/8/8",
          "/8",
          "10.0.0"}) {
        EXPECT_THROW(TrustedProxies({name}), std::invalid_argument) << name;
    }
}

}  // namespace
}  // namespace consularia::api::http
