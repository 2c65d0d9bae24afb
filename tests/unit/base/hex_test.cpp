#include "base/hex.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia {
namespace {

TEST(Hex, ReadsPairsOfDigitsInEitherCase) {
    EXPECT_EQ(parse_hex("00fFA5"), std::string("\x00\xff\xa5", 3));
    EXPECT_EQ(parse_hex(""), "");
    EXPECT_EQ(to_hex(std::string("\x00\xff\xa5", 3)), "00ffa5");
    for (const auto* text : {"0", "0g", "0x", " 0", "00 ", "@0"}) {
        EXPECT_EQ(parse_hex(text), std::nullopt) << text;
    }
}

TEST(Hex, WritesAsManyDigitsAsAsked) {
    std::string text;
    append_hex(text, 0xab, 4);
    append_hex(text, 0x123, 2);
    append_hex(text, 0xfedcba9876543210, 16);
    EXPECT_EQ(text, "00ab23fedcba9876543210");
}

}  // namespace
}  // namespace consularia
