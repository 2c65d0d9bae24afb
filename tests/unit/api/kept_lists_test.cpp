// Lists that were answered and are kept.

#include "api/kept_lists.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace consularia::api {
namespace {

constexpr std::size_t kBytes = 1 << 20;
constexpr std::size_t kShare = kBytes / 4;

domain::OrganizationId organization(std::uint8_t number) {
    domain::UuidBytes bytes{};
    bytes.front() = number;
    return domain::OrganizationId{bytes};
}

KeptList list_of(std::size_t bytes) {
    return {"\"1-0\"", std::string(bytes, 'x')};
}

TEST(KeptLists, FindsWhatWasKeptOfTheSameOrganizationSequenceAndKey) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 5, "key", {"\"5-0\"", "[]"});
    const auto found = lists.find(organization(1), 5, "key");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->etag, "\"5-0\"");
    EXPECT_EQ(found->body, "[]");
    EXPECT_EQ(lists.find(organization(2), 5, "key"), nullptr);
    EXPECT_EQ(lists.find(organization(1), 4, "key"), nullptr);
    EXPECT_EQ(lists.find(organization(1), 6, "key"), nullptr);
    EXPECT_EQ(lists.find(organization(1), 5, "key "), nullptr);
}

TEST(KeptLists, KeepsOnlyTheNewestSequence) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 5, "a", list_of(100));
    lists.keep(organization(1), 5, "b", list_of(100));
    lists.keep(organization(1), 6, "a", list_of(10));
    EXPECT_EQ(lists.find(organization(1), 5, "b"), nullptr);
    EXPECT_LT(lists.bytes(), 500U);
    // A request that reads an older snapshot comes later.
    lists.keep(organization(1), 5, "b", list_of(100));
    EXPECT_EQ(lists.find(organization(1), 5, "b"), nullptr);
    ASSERT_NE(lists.find(organization(1), 6, "a"), nullptr);
    EXPECT_EQ(lists.find(organization(1), 6, "a")->body.size(), 10U);
}

TEST(KeptLists, CountsAListThatTwoRequestsMadeOnce) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 5, "a", list_of(100));
    const auto bytes = lists.bytes();
    lists.keep(organization(1), 5, "a", list_of(100));
    EXPECT_EQ(lists.bytes(), bytes);
}

TEST(KeptLists, KeepsNothingThatExceedsAnOrganizationsShareAndNothingWithoutBytes) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 5, "a", list_of(kShare));
    EXPECT_EQ(lists.bytes(), 0U);
    KeptLists none(0);
    none.keep(organization(1), 5, "a", list_of(1));
    EXPECT_EQ(none.find(organization(1), 5, "a"), nullptr);
}

TEST(KeptLists, NeverExceedsItsBytesAndDropsTheOrganizationThatWasUsedLeastRecently) {
    KeptLists lists(kBytes);
    for (std::uint8_t number = 1; number <= 4; ++number) {
        lists.keep(organization(number), 1, "a", list_of(kShare - 1000));
    }
    for (std::uint8_t number = 1; number <= 4; ++number) {
        EXPECT_NE(lists.find(organization(number), 1, "a"), nullptr);
    }
    ASSERT_NE(lists.find(organization(1), 1, "a"), nullptr);
    lists.keep(organization(5), 1, "a", list_of(kShare - 1000));
    EXPECT_LE(lists.bytes(), kBytes);
    EXPECT_EQ(lists.find(organization(2), 1, "a"), nullptr);
    for (const std::uint8_t number : std::initializer_list<std::uint8_t>{1, 3, 4, 5}) {
        EXPECT_NE(lists.find(organization(number), 1, "a"), nullptr) << int{number};
    }
}

TEST(KeptLists, OneOrganizationsManyListsPushOutNobodyElses) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 1, "a", list_of(kShare / 2));
    for (int page = 0; page < 1000; ++page) {
        lists.keep(organization(2), 1, std::to_string(page), list_of(10'000));
        EXPECT_LE(lists.bytes(), kBytes);
    }
    EXPECT_NE(lists.find(organization(2), 1, "999"), nullptr);
    EXPECT_EQ(lists.find(organization(2), 1, "0"), nullptr);
    EXPECT_NE(lists.find(organization(1), 1, "a"), nullptr);
}

TEST(KeptLists, WhatIsBeingSentOutlivesItsPlace) {
    KeptLists lists(kBytes);
    lists.keep(organization(1), 1, "a", list_of(10));
    const auto found = lists.find(organization(1), 1, "a");
    lists.keep(organization(1), 2, "a", list_of(20));
    EXPECT_EQ(found->body.size(), 10U);
}

}  // namespace
}  // namespace consularia::api
