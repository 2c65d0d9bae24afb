#include "domain/webhook/addresses.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace consularia::domain {
namespace {

std::string dotted(std::uint32_t v4) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += (text.empty() ? "" : ".") + std::to_string(v4 >> shift & 0xff);
    }
    return text;
}

std::uint32_t v4(const std::string& text) {
    const auto bytes = parse_address(text).value().bytes;
    return std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 |
           std::uint32_t{bytes[14]} << 8 | bytes[15];
}

bool allows(const std::string& address, const AddressPolicy& policy = {}) {
    return policy.allows(parse_address(address).value());
}

AddressPolicy opening(const std::string& network) {
    return AddressPolicy({Network::parse(network).value()});
}

TEST(Address, IsReadInEveryNotationOfAResolver) {
    for (const auto* const text :
         {"127.0.0.1",
          "127.1",
          "127.0.1",
          "0x7f.1",
          "0X7F.0.0.0x1",
          "0177.0.0.1",
          "0177.1",
          "2130706433",
          "0x7f000001",
          "017700000001",
          "127.0.0.1.",
          "::ffff:127.0.0.1",
          "::ffff:7f00:1",
          "::FFFF:7F00:0001",
          "0:0:0:0:0:ffff:7f00:1",
          "[::ffff:7f00:1]",
          "0:0::ffff:127.0.0.1",
          "::ffff:7f00:1%lo",
          "00000000177.0.0.1"}) {
        const auto address = parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(*address, IpAddress::v4(0x7f000001)) << text;
    }
}

TEST(Address, OfIpv6IsReadWithItsGapAnywhere) {
    const auto one_to_eight = parse_address("1:2:3:4:5:6:7:8");
    ASSERT_TRUE(one_to_eight);
    EXPECT_EQ(one_to_eight->bytes[1], 1);
    EXPECT_EQ(one_to_eight->bytes[15], 8);
    EXPECT_EQ(parse_address("1:2:3:4:5:6:0.7.0.8"), one_to_eight);
    EXPECT_EQ(parse_address("1::8"), parse_address("1:0:0:0:0:0:0:8"));
    EXPECT_EQ(parse_address("1::"), parse_address("1:0:0:0:0:0:0:0"));
    EXPECT_EQ(parse_address("::"), IpAddress{});
    EXPECT_EQ(parse_address("1:2:3:4:5:6:7::"), parse_address("1:2:3:4:5:6:7:0"));
}

TEST(Address, IsNothingElse) {
    for (const auto* const text :
         {"",
          ".",
          "1.2.3.4.5",
          "256.0.0.1",
          "1.2.3.256",
          "1.2.65536",
          "1.16777216",
          "4294967296",
          "0x100000000",
          "08.0.0.1",
          "1..2",
          ".1",
          "1.2.3.4..",
          "0x",
          "0xg",
          "-1",
          "+1",
          " 1",
          "1 ",
          "1.2.3.4x",
          "example.org",
          "a",
          ":",
          ":::",
          "1:2",
          "1:2:3:4:5:6:7:8:9",
          "1::2::3",
          "1:2:3:4:5:6:7::8",
          "::12345",
          "::g",
          "1.2.3.4::",
          "::1.2.3.4:5",
          "[::1",
          "::1]",
          "[1]",
          "1:2:3:4:5:6:7:1.2.3.4",
          "99999999999999999999999"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(Address, WrittenInAnyBaseAndNumberOfPartsIsTheSame) {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same addresses at each run
    const auto number = [&](std::uint32_t value) {
        std::string digits(40, '\0');
        const char* const formats[] = {"%u", "0%o", "0x%x", "0X%X", "0x0%x"};
        const auto size = std::snprintf(digits.data(), digits.size(), formats[random() % 5], value);
        return digits.substr(0, static_cast<std::size_t>(size));
    };
    for (int i = 0; i < 2000; ++i) {
        const auto address = static_cast<std::uint32_t>(random());
        const auto parts = random() % 4;
        std::string text;
        for (unsigned part = 0; part < parts; ++part) {
            text += number(address >> (24 - 8 * part) & 0xff) + ".";
        }
        text += number(parts == 0 ? address : address & (0xffffffffU >> 8 * parts));
        EXPECT_EQ(parse_address(text), IpAddress::v4(address)) << text;
    }
}

struct Range {
    const char* first;
    const char* last;
};

TEST(AddressPolicy, RefusesEachSpecialRangeOfIpv4FromItsFirstToItsLastAddress) {
    // Those beside them are public, unless another range begins there.
    constexpr Range kRanges[] = {
        {"0.0.0.0", "0.255.255.255"},
        {"10.0.0.0", "10.255.255.255"},
        {"100.64.0.0", "100.127.255.255"},
        {"127.0.0.0", "127.255.255.255"},
        {"168.63.129.16", "168.63.129.16"},
        {"169.254.0.0", "169.254.255.255"},
        {"172.16.0.0", "172.31.255.255"},
        {"192.0.0.0", "192.0.0.255"},
        {"192.0.2.0", "192.0.2.255"},
        {"192.88.99.0", "192.88.99.255"},
        {"192.168.0.0", "192.168.255.255"},
        {"198.18.0.0", "198.19.255.255"},
        {"198.51.100.0", "198.51.100.255"},
        {"203.0.113.0", "203.0.113.255"},
        {"224.0.0.0", "255.255.255.255"},
    };
    for (const auto& range : kRanges) {
        const auto first = v4(range.first);
        const auto last = v4(range.last);
        for (const auto inside : {first, first + (last - first) / 2, last}) {
            EXPECT_FALSE(allows(dotted(inside))) << dotted(inside);
            EXPECT_FALSE(allows("::ffff:" + dotted(inside))) << dotted(inside);
            EXPECT_FALSE(allows("64:ff9b::" + dotted(inside))) << dotted(inside);
        }
        if (first != 0) {
            EXPECT_TRUE(allows(dotted(first - 1))) << dotted(first - 1);
        }
        if (last != 0xffffffffU) {
            EXPECT_TRUE(allows(dotted(last + 1))) << dotted(last + 1);
            EXPECT_TRUE(allows("64:ff9b::" + dotted(last + 1))) << dotted(last + 1);
        }
    }
    EXPECT_FALSE(allows("169.254.169.254"));
}

TEST(AddressPolicy, RefusesWhatIsNoGlobalUnicastAddressOfIpv6) {
    for (const auto* const address :
         {"::",
          "::1",
          "::127.0.0.1",
          "::8.8.8.8",
          "64:ff9a:ffff::",
          "64:ff9b:0:1::1",
          "64:ff9b:1::8.8.8.8",
          "64:ff9b:1:ffff::8.8.8.8",
          "100::1",
          "100:0:0:1::1",
          "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
          "2001::1",
          "2001:1::1",
          "2001:2::1",
          "2001:20::1",
          "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
          "2001:db8::1",
          "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
          "2002::",
          "2002:808:808::1",
          "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
          "3fff::1",
          "3fff:fff:ffff::1",
          "4000::",
          "5f00::1",
          "fc00::",
          "fd00:ec2::254",
          "fdff:ffff::1",
          "fe80::1",
          "fe80::1%eth0",
          "fec0::1",
          "ff00::",
          "ff02::1",
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
        EXPECT_FALSE(allows(address)) << address;
    }
    for (const auto* const address :
         {"2000::",
          "2000:ffff:ffff::1",
          "2001:200::",
          "2001:db7:ffff::1",
          "2001:db9::",
          "2001:4860:4860::8888",
          "2003::",
          "2606:4700::1111",
          "2a00:1450::1",
          "3ffe:ffff::1",
          "3fff:1000::",
          "64:ff9b::8.8.8.8",
          "::ffff:8.8.8.8"}) {
        EXPECT_TRUE(allows(address)) << address;
    }
}

TEST(AddressPolicy, OpensANetworkAndNothingBesideIt) {
    const auto policy = opening("10.20.0.0/15");
    EXPECT_FALSE(allows("10.19.255.255", policy));
    EXPECT_TRUE(allows("10.20.0.0", policy));
    EXPECT_TRUE(allows("10.21.255.255", policy));
    EXPECT_TRUE(allows("::ffff:10.20.0.1", policy));
    EXPECT_FALSE(allows("10.22.0.0", policy));
    EXPECT_FALSE(allows("64:ff9b::10.20.0.1", policy)) << "no gateway may lead into it";
    EXPECT_TRUE(allows("8.8.8.8", policy));
    EXPECT_TRUE(allows("fd12::1", opening("fd12::/16")));
    EXPECT_FALSE(allows("fd13::1", opening("fd12::/16")));
    EXPECT_TRUE(allows("::1", opening("::1")));
    EXPECT_FALSE(allows("::2", opening("::1")));
}

TEST(AddressPolicy, AllOfIpv6IsNothingOfIpv4) {
    EXPECT_TRUE(allows("::1", opening("::/0")));
    EXPECT_FALSE(allows("127.0.0.1", opening("::/0")));
    EXPECT_TRUE(allows("127.0.0.1", opening("0.0.0.0/0")));
    EXPECT_FALSE(allows("::1", opening("0.0.0.0/0")));
}

TEST(Network, IsReadOnlyIfNoBitAfterItsPrefixIsSet) {
    EXPECT_EQ(Network::parse("10.0.0.0/8").value().bits, 96 + 8);
    EXPECT_EQ(Network::parse("10.0.0.1").value().bits, 128);
    EXPECT_EQ(Network::parse("fd00::/8").value().bits, 8);
    for (const auto* const text :
         {"",
          "/8",
          "10.0.0.1/8",
          "10.0.0.0/33",
          "fd00::/129",
          "fd00::/4",
          "10.0.0.0/",
          "10.0.0.0/x",
          "10.0.0.0/-1",
          "10.0.0.0/8/8",
          "host/8"}) {
        EXPECT_FALSE(Network::parse(text)) << text;
    }
}

TEST(AddressPolicy, RefusesHostsThatCannotBeRight) {
    const std::string label(64, 'a');
    for (const auto& host : std::vector<std::string>{
             "localhost",
             "LOCALHOST",
             "localhost.",
             "a.localhost",
             "a.b.LocalHost",
             "printer.local",
             "db.internal",
             "metadata.google.internal",
             "router.home.arpa",
             "x.localdomain",
             "intranet",
             "a",
             "",
             ".",
             "..",
             "a..org",
             ".example.org",
             "-a.org",
             "a-.org",
             "ex ample.org",
             "ex%61mple.org",
             "example.org:80",
             "example.org/",
             "1.2.3.4.5",
             "256.256.256.256",
             "example.1",
             "example.0x7f",
             "127.0.0.1",
             "0x7f.1",
             "[::1]",
             "::1",
             "2130706433",
             label + ".org",
             "\xef\xbc\x91.org"}) {
        EXPECT_FALSE(AddressPolicy{}.allows_host(host)) << host;
    }
    EXPECT_FALSE(AddressPolicy{}.allows_host(std::string(250, 'a') + ".org"));
}

TEST(AddressPolicy, TakesNamesOfTheInternetAndPublicAddresses) {
    for (const auto* const host :
         {"example.org",
          "example.org.",
          "a.b.c.example.org",
          "xn--bcher-kva.example",
          "a_b.example.org",
          "1.example.org",
          "localhost.example.org",
          "mylocal.org",
          "8.8.8.8",
          "[2606:4700::1111]",
          "notlocalhost.com"}) {
        EXPECT_TRUE(AddressPolicy{}.allows_host(host)) << host;
    }
}

TEST(AddressPolicy, TakesLocalNamesOnceANetworkIsOpen) {
    const auto policy = opening("10.0.0.0/8");
    EXPECT_TRUE(policy.allows_host("receiver"));
    EXPECT_TRUE(policy.allows_host("billing.internal"));
    EXPECT_TRUE(policy.allows_host("10.1.2.3"));
    EXPECT_FALSE(policy.allows_host("127.0.0.1"));
    EXPECT_FALSE(policy.allows_host("a b"));
}

}  // namespace
}  // namespace consularia::domain
