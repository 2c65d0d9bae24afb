#include "infra/crypto/crypto.hpp"

#include "base/hex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace consularia::infra {
namespace {

std::string bytes(std::string_view hex) {
    return parse_hex(hex).value();
}

std::string hmac_hex(std::string_view key, std::string_view message) {
    const auto mac = Hmac(key)(message);
    return to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

struct HmacCase {
    std::string key;
    std::string message;
    std::string mac;
};

// RFC 4231, 4.2 to 4.8, without the truncated one.
const std::vector<HmacCase> kRfc4231{
    {std::string(20, '\x0b'),
     "Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe",
     "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {std::string(20, '\xaa'),
     std::string(50, '\xdd'),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {bytes("0102030405060708090a0b0c0d0e0f10111213141516171819"),
     std::string(50, '\xcd'),
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {std::string(131, '\xaa'),
     "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {std::string(131, '\xaa'),
     "This is a test using a larger than block-size key and a larger than block-size data. The key "
     "needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

TEST(Hmac, GivesTheMacsOfRfc4231) {
    for (const auto& given : kRfc4231) EXPECT_EQ(hmac_hex(given.key, given.message), given.mac);
}

TEST(Hmac, TakesEmptyKeysAndMessages) {
    EXPECT_EQ(hmac_hex("", ""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, OneKeySignsManyMessagesOnManyThreads) {
    const Hmac hmac(kRfc4231[1].key);
    const auto expected = hmac(kRfc4231[1].message);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 500; ++round) {
                EXPECT_EQ(hmac(kRfc4231[1].message), expected);
                EXPECT_NE(hmac(std::to_string(round)), expected);
            }
        });
    }
    for (auto& thread : threads) thread.join();
}

// RFC 4648, 10, without the padding; then the two characters that the URL alphabet changes.
TEST(Base64Url, GivesTheTextsOfRfc4648) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"f", "Zg"},
        {"fo", "Zm8"},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg"},
        {"fooba", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "-_-_"},
    };
    for (const auto& [raw, text] : cases) {
        EXPECT_EQ(to_base64url(raw), text);
        EXPECT_EQ(parse_base64url(text), raw);
    }
}

TEST(Base64Url, ReadsNothingElse) {
    for (const auto* text :
         {"Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vY", "Zm+v", "Zm/v", " Zm9v", "Zm9v\n"}) {
        EXPECT_EQ(parse_base64url(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_base64url(std::string_view("Zm9\0", 4)), std::nullopt);
}

TEST(Base64Url, BringsAnyBytesBack) {
    for (std::size_t size = 0; size < 70; ++size) {
        std::vector<std::uint8_t> random(size);
        if (size > 0) fill_random(random);
        const std::string raw(random.begin(), random.end());
        EXPECT_EQ(parse_base64url(to_base64url(raw)), raw);
    }
}

TEST(Base64, GivesTheTextsOfRfc4648) {
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
    for (const std::string text : {"", "f", "fo", "foo", "foobar", "\xfb\xff"}) {
        EXPECT_EQ(parse_base64(to_base64(text)), text);
    }
}

TEST(Base64, ReadsNothingElse) {
    for (const auto* const text :
         {"Zg",
          "Zg=",
          "Zg===",
          "Z===",
          "====",
          "Zh==",
          "Zm9=",
          "Zm9v=",
          "Zm9v====",
          "-_8=",
          "Zg==\n",
          "Zg==Zg=="}) {
        EXPECT_EQ(parse_base64(text), std::nullopt) << text;
    }
}

TEST(ConstantTime, ComparesAsEqualDoes) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secret "));
    EXPECT_FALSE(equal_in_constant_time("", "x"));
}

TEST(Random, NeverRepeats) {
    std::set<std::array<std::uint8_t, 16>> seen;
    for (int i = 0; i < 1000; ++i) {
        std::array<std::uint8_t, 16> random{};
        fill_random(random);
        EXPECT_TRUE(seen.insert(random).second);
    }
}

}  // namespace
}  // namespace consularia::infra
