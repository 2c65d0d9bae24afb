// What a writer remembers of the blocks of ranks is true, and saves the search.
#include "projections/known_ranks.hpp"

#include "projections/keys.hpp"
#include "projections/ranks.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

ClassCounts counted(std::uint64_t keys) {
    ClassCounts counts;
    counts[0] = keys;
    return counts;
}

std::string found_after(KnownLevel& known, std::string_view rest) {
    const auto block = known.find_after(rest);
    if (!block) return "unknown";
    if (block->count == nullptr) return "none";
    return std::string(block->end) + ' ' + std::to_string((*block->count)[0]);
}

TEST(KnownLevel, ABlockIsTheFirstOneForEveryKeyBetweenTheSearchAndItsEnd) {
    KnownLevel known;
    known.learn("c", "g", counted(5));
    EXPECT_EQ(found_after(known, "b"), "unknown");
    EXPECT_EQ(found_after(known, "c"), "g 5");
    EXPECT_EQ(found_after(known, "f"), "g 5");
    EXPECT_EQ(found_after(known, "g"), "unknown") << "a block contains its own end";
    known.learn("b", "g", counted(5));
    EXPECT_EQ(found_after(known, "b"), "g 5");
    known.change_count("g", counted(6));
    EXPECT_EQ(found_after(known, "b"), "g 6");
}

TEST(KnownLevel, ANewBlockDividesTheOneAroundIt) {
    KnownLevel known;
    known.learn("a", "x", counted(9));
    known.add("m", counted(3));
    EXPECT_EQ(found_after(known, "a"), "m 3");
    EXPECT_EQ(found_after(known, "m"), "x 9");
    known.remove("m");
    EXPECT_EQ(found_after(known, "a"), "x 9");
    known.add("y", counted(3));
    EXPECT_EQ(found_after(known, "x"), "unknown") << "nothing is known around it";
}

TEST(KnownLevel, TheEndOfALevelMovesWithItsLastBlock) {
    KnownLevel known;
    known.learn_none_after("f");
    EXPECT_EQ(found_after(known, "e"), "unknown");
    EXPECT_EQ(found_after(known, "f"), "none");
    known.learn_none_after("c");
    EXPECT_EQ(found_after(known, "c"), "none");
    known.add("m", counted(3));
    EXPECT_EQ(found_after(known, "c"), "m 3");
    EXPECT_EQ(found_after(known, "m"), "none");
    known.remove("m");
    EXPECT_EQ(found_after(known, "c"), "none");
}

RankedList list_of(std::string_view name) {
    return {Table::by_start, std::string(name)};
}

TEST(KnownRanks, TheLeastRecentlyUsedListIsForgottenFirst) {
    KnownRanks known(3 * (sizeof(KnownList) + 8));  // room for three
    for (const auto name : {"a", "b", "c"}) known.of(list_of(name)).totals = Totals{};
    EXPECT_TRUE(known.of(list_of("a")).totals);
    known.of(list_of("d")).totals = Totals{};
    EXPECT_TRUE(known.of(list_of("a")).totals);
    EXPECT_TRUE(known.of(list_of("c")).totals);
    EXPECT_TRUE(known.of(list_of("d")).totals);
    EXPECT_FALSE(known.of(list_of("b")).totals);
}

TEST(KnownRanks, AListThatGrowsBeyondTheLimitIsForgotten) {
    KnownRanks known(sizeof(KnownList) + 4096);
    auto& level = known.of(list_of("a")).levels.front();
    for (char end = 'b'; end <= 'z'; ++end) level.learn("a", std::string(1, end), counted(1));
    EXPECT_EQ(found_after(known.of(list_of("a")).levels.front(), "a"), "unknown");
}

/// Counts the searches in a writes.
class CountedSearches final : public WriteSet {
  public:
    explicit CountedSearches(WriteSet& writes) : writes_(writes) {}

    std::optional<std::string> get(tables::TableId table, std::string_view key) const override {
        return writes_.get(table, key);
    }

    std::unique_ptr<Cursor> scan(tables::TableId table, std::string_view from, std::string_view to)
        const override {
        ++searches_;
        return writes_.scan(table, from, to);
    }

    void put(tables::TableId table, std::string_view key, std::string_view value) override {
        writes_.put(table, key, value);
    }

    void erase(tables::TableId table, std::string_view key) override { writes_.erase(table, key); }

    std::size_t bytes() const override { return writes_.bytes(); }

    std::size_t searches() const { return searches_; }

  private:
    WriteSet& writes_;
    mutable std::size_t searches_ = 0;
};

std::size_t searches_of_inserts(KnownRanks& known, int lists, int keys_of_each) {
    test::MemoryReadStore store;
    const auto writes = store.write_set();
    CountedSearches counted(*writes);
    for (int key = 0; key < keys_of_each; ++key) {
        for (int list = 0; list < lists; ++list) {
            std::string rest;
            keys::append_number(rest, static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15ULL);
            insert(counted, known, {Table::by_start, std::to_string(list) + '/'}, rest);
        }
    }
    return counted.searches();
}

TEST(KnownRanks, APopularListIsHardlySearched) {
    KnownRanks plenty(kPlenty);
    KnownRanks none(0);
    const auto with = searches_of_inserts(plenty, 1, 5000);
    const auto without = searches_of_inserts(none, 1, 5000);
    EXPECT_LT(with, without / 5) << "of " << without;
}

TEST(KnownRanks, AListOfOneKeyIsNotSearched) {
    KnownRanks none(0);
    EXPECT_LT(searches_of_inserts(none, 1000, 1), 100U) << "one in 64 ends a block";
}

}  // namespace
}  // namespace consularia::projections
