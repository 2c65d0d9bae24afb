#include "domain/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::domain {
namespace {

using Short = Text<struct ShortTag, 1, limits::Limit{.stored = 3, .accepted = 2}>;

TEST(CodePoints, AreCountedNotBytes) {
    EXPECT_EQ(count_code_points(""), 0U);
    EXPECT_EQ(count_code_points("abc"), 3U);
    EXPECT_EQ(count_code_points("\u00e9\u20ac\U0001F600"), 3U);
    EXPECT_EQ(count_code_points(std::string_view("a\0b", 3)), 3U);
}

TEST(CodePoints, CombiningMarksCountOnTheirOwn) {
    EXPECT_EQ(count_code_points("e\u0301"), 2U);
}

TEST(Trim, RemovesEveryCodePointThatPythonStrips) {
    for (const char* const space :
         {"\t",     "\n",     "\v",     "\f",     "\r",     "\x1c",   "\x1d",   "\x1e",
          "\x1f",   " ",      "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
          "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
          "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"}) {
        const std::string s(space);
        EXPECT_EQ(trim(s + s + "a" + s + "b" + s), "a" + s + "b") << testing::PrintToString(s);
        EXPECT_EQ(trim(s + s), "") << testing::PrintToString(s);
    }
}

TEST(Trim, KeepsWhatOnlyLooksLikeSpace) {
    for (const char* const kept :
         {"\b",     "\x0e",   "\x1b",   "!",      "\u0084", "\u0086", "\u009f", "\u00a1",
          "\u180e", "\u167f", "\u1681", "\u1fff", "\u200b", "\u2027", "\u202a", "\u202e",
          "\u2030", "\u205e", "\u2060", "\u2fff", "\u3001", "\ufeff"}) {
        EXPECT_EQ(trim(kept), kept) << testing::PrintToString(kept);
    }
    const std::string null(1, '\0');
    EXPECT_EQ(trim(null), null);
}

TEST(Trim, KeepsCharactersWhoseLastBytesAreThoseOfASpace) {
    // U+4080 ends in the bytes 0x82 0x80, U+0405 in 0x85, U+00E0 in 0xA0.
    for (const char* const kept : {"\u4080", "\u0405", "\u00e0", "\U0001F600"}) {
        EXPECT_EQ(trim(kept), kept);
    }
}

TEST(Trim, OfNothingIsNothing) {
    EXPECT_EQ(trim(""), "");
}

TEST(Text, TakesLengthsUpToItsLimitsInCodePoints) {
    EXPECT_EQ(Short::parse("\u20ac")->value(), "\u20ac");
    EXPECT_EQ(Short::parse("\u20ac\u20ac\u20ac")->value(), "\u20ac\u20ac\u20ac");
    EXPECT_EQ(Short::parse("abcd").error(), TextError::too_long);
    EXPECT_EQ(Short::parse("").error(), TextError::blank);
}

TEST(Text, ThatIsNewHasALimitOfItsOwn) {
    EXPECT_EQ(Short::accept("\u20ac\u20ac")->value(), "\u20ac\u20ac");
    EXPECT_EQ(Short::accept("abc").error(), TextError::too_long);
    EXPECT_EQ(Short::accept("").error(), TextError::blank);
    EXPECT_EQ(Short::accept(std::string("a\0", 2)).error(), TextError::null_character);
}

TEST(Text, RefusesNullCharactersAfterCheckingTheLength) {
    EXPECT_EQ(Short::parse(std::string("a\0", 2)).error(), TextError::null_character);
    EXPECT_EQ(Short::parse(std::string("a\0bc", 4)).error(), TextError::too_long);
}

TEST(Text, DoesNotTrim) {
    EXPECT_EQ(Short::parse(" a ")->value(), " a ");
}

TEST(Text, HasTheLimitsOfEachField) {
    EXPECT_TRUE(Title::parse(std::string(255, 'x')));
    EXPECT_FALSE(Title::parse(std::string(256, 'x')));
    EXPECT_TRUE(UniqueId::parse(std::string(255, 'x')));
    EXPECT_FALSE(UniqueId::parse(std::string(256, 'x')));
    EXPECT_FALSE(UniqueId::parse(""));
    EXPECT_TRUE(DisplayName::parse(""));
    EXPECT_TRUE(DisplayName::parse(std::string(60, 'x')));
    EXPECT_FALSE(DisplayName::parse(std::string(61, 'x')));
}

}  // namespace
}  // namespace consularia::domain
