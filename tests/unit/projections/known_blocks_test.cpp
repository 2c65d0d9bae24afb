// What a writer remembers of the blocks of ranks is true, and saves the search.
#include "projections/known_blocks.hpp"

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

std::string found_after(KnownBlocks& known, std::string_view key) {
    const auto block = known.find_after(key);
    if (!block) return "unknown";
    return block->end + (block->count ? ' ' + std::to_string((*block->count)[0]) : " is the end");
}

TEST(KnownBlocks, ABlockIsTheFirstOneForEveryKeyBetweenTheSearchAndItsEnd) {
    KnownBlocks known(kPlenty);
    known.learn("c", {"g", counted(5)});
    EXPECT_EQ(found_after(known, "b"), "unknown");
    EXPECT_EQ(found_after(known, "c"), "g 5");
    EXPECT_EQ(found_after(known, "f"), "g 5");
    EXPECT_EQ(found_after(known, "g"), "unknown") << "a block contains its own end";
    known.learn("b", {"g", counted(5)});
    EXPECT_EQ(found_after(known, "b"), "g 5");
    known.change_count("g", counted(6));
    EXPECT_EQ(found_after(known, "b"), "g 6");
}

TEST(KnownBlocks, ANewBlockDividesTheOneAroundIt) {
    KnownBlocks known(kPlenty);
    known.learn("a", {"z", std::nullopt});
    EXPECT_EQ(found_after(known, "m"), "z is the end");
    known.add("m", counted(3));
    EXPECT_EQ(found_after(known, "a"), "m 3");
    EXPECT_EQ(found_after(known, "m"), "z is the end");
    known.remove("m");
    EXPECT_EQ(found_after(known, "a"), "z is the end");
    known.add("zz", counted(3));
    EXPECT_EQ(found_after(known, "zy"), "unknown") << "nothing is known around it";
}

TEST(KnownBlocks, TheLeastRecentlyUsedIsForgottenFirst) {
    KnownBlocks known(900);  // room for three
    known.learn("a", {"b", counted(1)});
    known.learn("c", {"d", counted(2)});
    known.learn("e", {"f", counted(3)});
    EXPECT_EQ(found_after(known, "a"), "b 1");
    known.learn("g", {"h", counted(4)});
    EXPECT_EQ(found_after(known, "a"), "b 1");
    EXPECT_EQ(found_after(known, "c"), "unknown");
    EXPECT_EQ(found_after(known, "e"), "f 3");
    EXPECT_EQ(found_after(known, "g"), "h 4");
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

std::size_t searches_of_inserts(KnownBlocks& known, int lists, int keys_of_each) {
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

TEST(KnownBlocks, APopularListIsHardlySearched) {
    KnownBlocks plenty(kPlenty);
    KnownBlocks none(0);
    const auto with = searches_of_inserts(plenty, 1, 5000);
    const auto without = searches_of_inserts(none, 1, 5000);
    EXPECT_LT(with, without / 5) << "of " << without;
}

TEST(KnownBlocks, AListOfOneKeyIsNotSearched) {
    KnownBlocks none(0);
    EXPECT_LT(searches_of_inserts(none, 1000, 1), 100U) << "one in 64 ends a block";
}

}  // namespace
}  // namespace consularia::projections
