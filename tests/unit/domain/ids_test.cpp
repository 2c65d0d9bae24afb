#include "domain/ids.hpp"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

namespace consularia::domain {
namespace {

constexpr const char* kText = "01234567-89ab-cdef-8123-456789abcdef";
constexpr UuidBytes kBytes{
    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

TEST(Uuid, IsReadWithAndWithoutHyphensInEitherCase) {
    EXPECT_EQ(parse_uuid(kText), kBytes);
    EXPECT_EQ(parse_uuid("0123456789abcdef8123456789abcdef"), kBytes);
    EXPECT_EQ(parse_uuid("01234567-89AB-CDEF-8123-456789ABCDEF"), kBytes);
    EXPECT_EQ(parse_uuid("0123456789ABCDEF8123456789abcdef"), kBytes);
    EXPECT_EQ(parse_uuid("00000000-0000-0000-0000-000000000000"), UuidBytes{});
}

TEST(Uuid, IsNotReadInAnyOtherForm) {
    for (const char* const text :
         {"",
          "01234567-89ab-cdef-8123-456789abcde",
          "01234567-89ab-cdef-8123-456789abcdef0",
          "0123456789abcdef8123456789abcde",
          "0123456789abcdef8123456789abcdef0",
          "{01234567-89ab-cdef-8123-456789abcdef}",
          "urn:uuid:01234567-89ab-cdef-8123-456789abcdef",
          "01234567-89ab-cdef-8123456789abcdef",
          "0123456-789ab-cdef-8123-456789abcdef",
          "01234567089ab0cdef081230456789abcdef",
          "01234567-89ab-cdef-8123-456789abcdeg",
          "0123456789abcdef8123456789abcde ",
          " 123456789abcdef8123456789abcdef",
          "0123456789abcdef8123456789abcd-f",
          "01234567-89ab-cdef-8123-456789abcde\n",
          "@1234567-89ab-cdef-8123-456789abcdef",
          "`1234567-89ab-cdef-8123-456789abcdef"}) {
        EXPECT_EQ(parse_uuid(text), std::nullopt) << text;
    }
}

TEST(Uuid, IsPrintedInLowerCase) {
    EXPECT_EQ(format_uuid(kBytes), kText);
    EXPECT_EQ(format_uuid_bare(kBytes), "0123456789abcdef8123456789abcdef");
}

TEST(Id, OrdersAndHashesByItsBytes) {
    const auto small = AppointmentId::parse("0123456789abcdef8123456789abcdef");
    const auto large = AppointmentId::parse("f123456789abcdef8123456789abcdef");
    ASSERT_TRUE(small && large);
    EXPECT_LT(*small, *large);
    EXPECT_EQ(small->to_string(), kText);
    const std::unordered_set<AppointmentId> both{*small, *large, *small};
    EXPECT_EQ(both.size(), 2U);
}

TEST(Id, IsNotReadFromNonsense) {
    EXPECT_EQ(TokenId::parse("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace consularia::domain
