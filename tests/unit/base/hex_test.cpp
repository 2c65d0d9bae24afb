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

TEST(Hex, KnowsEveryDigitAndNoOtherCharacter) {
    const std::string digits = "0123456789abcdefABCDEF";
    for (int i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        const auto at = digits.find(c);
        const bool is_digit = at != std::string::npos;
        EXPECT_EQ(hex_value(c).has_value(), is_digit) << i;
        EXPECT_EQ(hex_value(c).value_or(0), !is_digit ? 0 : at < 16 ? at : at - 6) << i;
        EXPECT_EQ(hex_value('f', c).has_value(), is_digit) << i;
        EXPECT_EQ(hex_value(c, 'f').has_value(), is_digit) << i;
        EXPECT_EQ(has_upper_case({&c, 1}), c >= 'A' && c <= 'Z') << i;
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
