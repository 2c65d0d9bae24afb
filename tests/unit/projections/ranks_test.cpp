// Ranks against a set that counts one by one, in random histories and for awkward distributions.
#include "projections/ranks.hpp"

#include "projections/keys.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using test::MemoryReadStore;

const RankedList kList{Table::by_start, "list/"};

/// A store that commits every change at once.
class Ranks : public testing::Test {
  protected:
    void insert_all(const RankedList& list, const std::vector<std::string>& keys) {
        auto writes = store_.write_set();
        for (const auto& key : keys) insert(*writes, known_, list, key);
        store_.commit(std::move(writes));
    }

    void erase_all(const RankedList& list, const std::vector<std::string>& keys) {
        auto writes = store_.write_set();
        for (const auto& key : keys) erase(*writes, known_, list, key);
        store_.commit(std::move(writes));
    }

    MemoryReadStore store_;
    KnownRanks known_{1 << 20};
};

/// `count` keys, some of which are next to each other.
std::vector<std::string> random_keys(std::mt19937& random, std::size_t count) {
    std::set<std::string> keys;
    while (keys.size() < count) {
        std::string key;
        keys::append_number(key, random() % (2 * count));
        if (random() % 2 == 0) keys::append_number(key, random() % 4);
        keys.insert(key);
    }
    std::vector<std::string> shuffled(keys.begin(), keys.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    return shuffled;
}

/// Every query that has a different answer, or that of one key in `one_in`, and some without an
/// answer.
void expect_counts_like(
    const std::set<std::string>& model,
    const Reader& reader,
    const RankedList& list,
    std::uint64_t one_in = 1
) {
    ASSERT_EQ(size(reader, list), model.size());
    std::uint64_t n = 0;
    for (const auto& key : model) {
        if (n % one_in != 0) {
            ++n;
            continue;
        }
        ASSERT_EQ(rank(reader, list, key), n);
        ASSERT_EQ(rank(reader, list, keys::after(key)), n + 1) << "of a key that is not there";
        ASSERT_EQ(select(reader, list, n), key);
        ++n;
    }
    EXPECT_EQ(select(reader, list, n), std::nullopt);
    EXPECT_EQ(select(reader, list, ~0ULL), std::nullopt);
}

TEST_F(Ranks, AnEmptyListHasNothing) {
    expect_counts_like({}, *store_.snapshot(), kList);
    EXPECT_EQ(rank(*store_.snapshot(), kList, "x"), 0U);
}

/// Random changes, whatever the writer can remember of the blocks.
TEST_F(Ranks, CountLikeASetThroughRandomInsertsAndErases) {
    for (const std::size_t known_bytes : {0, 1'000, 4'000, 1 << 20}) {
        SCOPED_TRACE("with " + std::to_string(known_bytes) + " bytes for known blocks");
        KnownRanks known(known_bytes);
        std::mt19937 random(static_cast<std::uint32_t>(known_bytes));
        MemoryReadStore store;
        std::set<std::string> model;
        const auto keys = random_keys(random, 600);
        for (int round = 0; round < 6; ++round) {
            auto writes = store.write_set();
            for (int i = 0; i < 400; ++i) {
                const auto& key = keys[random() % keys.size()];
                if (model.erase(key) != 0) {
                    erase(*writes, known, kList, key);
                } else {
                    insert(*writes, known, kList, key);
                    model.insert(key);
                }
            }
            expect_counts_like(model, *writes, kList, 37);
            store.commit(std::move(writes));
            expect_counts_like(model, *store.snapshot(), kList);
            if (HasFatalFailure()) return;
        }
    }
}

using Classified = std::map<std::string, KeyClass>;

/// Every query, for some sets of classes.
void expect_classes_like(
    const Classified& model, const Reader& reader, const RankedList& list, std::mt19937& random
) {
    for (int round = 0; round < 8; ++round) {
        KeyClasses classes;
        for (KeyClass each = 0; each < kKeyClasses; ++each) {
            if (random() % (round + 1) == 0) classes.add(each);
        }
        std::vector<std::string> passing;
        for (const auto& [key, key_class] : model) {
            if (classes.has(key_class)) passing.push_back(key);
        }
        ASSERT_EQ(size(reader, list, classes), passing.size());
        for (int i = 0; i < 12 && !model.empty(); ++i) {
            const auto at = std::next(model.begin(), static_cast<int>(random() % model.size()));
            const auto to =
                std::next(at, static_cast<int>(random() % 90) % (std::distance(at, model.end())));
            const auto before = static_cast<std::size_t>(
                std::ranges::lower_bound(passing, at->first) - passing.begin()
            );
            ASSERT_EQ(rank(reader, list, at->first, classes), before);
            const auto limit = random() % 30;
            std::vector<std::string> expected;
            for (auto n = before; n < passing.size() && expected.size() < limit; ++n) {
                if (i % 2 == 1 && passing[n] >= to->first) break;
                expected.push_back(passing[n]);
            }
            const std::string_view end = i % 2 == 1 ? std::string_view(to->first) : "";
            ASSERT_EQ(keys_in(reader, list, {at->first, end, classes}, limit), expected);
        }
        for (std::size_t n = 0; n <= passing.size(); n += 1 + random() % 20) {
            const auto expected = n < passing.size() ? std::optional(passing[n]) : std::nullopt;
            ASSERT_EQ(select(reader, list, n, classes), expected);
        }
    }
}

TEST_F(Ranks, CountTheKeysOfEachClassThroughAllChanges) {
    for (const std::size_t known_bytes : {0, 1 << 20}) {
        SCOPED_TRACE("with " + std::to_string(known_bytes) + " bytes for known blocks");
        KnownRanks known(known_bytes);
        std::mt19937 random(static_cast<std::uint32_t>(known_bytes) + 7);
        MemoryReadStore store;
        Classified model;
        const auto keys = random_keys(random, 1000);
        for (int round = 0; round < 3; ++round) {
            auto writes = store.write_set();
            for (int i = 0; i < 900; ++i) {
                const auto& key = keys[random() % keys.size()];
                // The later ones are rare.
                const auto next = static_cast<KeyClass>(std::countr_zero(random() | 1U << 12));
                const auto found = model.find(key);
                if (found == model.end()) {
                    insert(*writes, known, kList, key, next);
                    model.emplace(key, next);
                } else if (random() % 3 == 0) {
                    erase(*writes, known, kList, key, found->second);
                    model.erase(found);
                } else {
                    reclassify(*writes, known, kList, key, found->second, next);
                    found->second = next;
                }
            }
            expect_classes_like(model, *writes, kList, random);
            store.commit(std::move(writes));
            expect_classes_like(model, *store.snapshot(), kList, random);
            if (HasFatalFailure()) return;
        }
        MemoryReadStore at_once;
        auto writes = at_once.write_set();
        KnownRanks none(0);
        for (const auto& [key, key_class] : model) insert(*writes, none, kList, key, key_class);
        at_once.commit(std::move(writes));
        EXPECT_EQ(store.rows(Table::ranks), at_once.rows(Table::ranks));
        EXPECT_EQ(store.rows(Table::by_start), at_once.rows(Table::by_start));
    }
}

TEST_F(Ranks, TheRowsDependOnTheKeysAloneNotOnTheirHistory) {
    std::mt19937 random(1);
    auto keys = random_keys(random, 5000);
    const std::vector<std::string> others(keys.begin() + 3000, keys.end());
    keys.resize(3000);
    insert_all(kList, keys);
    const auto expected = store_.rows(Table::ranks);
    ASSERT_GT(expected.size(), 20U) << "too few to prove anything";

    auto sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    MemoryReadStore ascending;
    auto writes = ascending.write_set();
    KnownRanks known(1 << 20);
    for (const auto& key : sorted) insert(*writes, known, kList, key);
    ascending.commit(std::move(writes));
    EXPECT_EQ(ascending.rows(Table::ranks), expected);

    insert_all(kList, others);
    EXPECT_NE(store_.rows(Table::ranks), expected);
    erase_all(kList, others);
    EXPECT_EQ(store_.rows(Table::ranks), expected);
}

TEST_F(Ranks, ErasingEverythingLeavesNoRow) {
    std::mt19937 random(2);
    const auto keys = random_keys(random, 3000);
    insert_all(kList, keys);
    erase_all(kList, keys);
    EXPECT_TRUE(store_.rows(Table::ranks).empty());
    EXPECT_TRUE(store_.rows(Table::by_start).empty());
}

TEST_F(Ranks, ListsDoNotSeeEachOther) {
    const RankedList left{Table::by_start, "lisa/"};
    const RankedList right{Table::by_start, "lisz/"};
    const RankedList same_prefix{Table::by_participant, kList.prefix};
    std::mt19937 random(3);
    const auto keys = random_keys(random, 500);
    const std::set<std::string> model(keys.begin(), keys.end());
    for (const auto& list : {left, kList, right, same_prefix}) insert_all(list, keys);
    expect_counts_like(model, *store_.snapshot(), kList);
    erase_all(kList, keys);
    expect_counts_like({}, *store_.snapshot(), kList);
    for (const auto& list : {left, right, same_prefix}) {
        expect_counts_like(model, *store_.snapshot(), list);
    }
}

/// Keys of by_start: `at` says the start of the ith appointment; ids are of version 7, a
/// millisecond apart.
template <class At>
std::vector<std::string> places(std::uint32_t count, const At& at) {
    std::vector<std::string> all;
    std::mt19937_64 random(4);
    for (std::uint32_t i = 0; i < count; ++i) {
        domain::AppointmentId id;
        std::string bytes;
        keys::append_number(bytes, (0x019b0000000ULL + i) << 20 | 0x7000 | (random() & 0xfff));
        keys::append_number(bytes, random());
        std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
        all.push_back(keys::place(at(i), id));
    }
    return all;
}

/// The largest number of keys in a block of the lowest level.
std::uint64_t largest_block(const MemoryReadStore& store) {
    std::uint64_t largest = 0;
    for (const auto& [key, count] : store.rows(Table::ranks)) {
        if (key.at(1 + kList.prefix.size()) != static_cast<char>(255 - 1)) continue;
        largest = std::max(largest, keys::number_in(std::string_view(count).substr(1)));
    }
    return largest;
}

TEST_F(Ranks, BlocksStaySmallHoweverTheStartsAreDistributed) {
    const auto same = places(10'000, [](std::uint32_t) { return samples::kStart; });
    const auto spread = places(10'000, [](std::uint32_t i) {
        return samples::later(samples::kStart, 7 * i % 1'000'000);
    });
    for (const auto& keys : {same, spread}) {
        MemoryReadStore store;
        auto writes = store.write_set();
        KnownRanks known(1 << 20);
        for (const auto& key : keys) insert(*writes, known, kList, key);
        store.commit(std::move(writes));
        EXPECT_LT(largest_block(store), 64U * 10);
        EXPECT_LT(store.rows(Table::ranks).size(), keys.size() / 40);
        EXPECT_EQ(size(*store.snapshot(), kList), keys.size());
    }
}

TEST_F(Ranks, AThousandListsOfOneKeyNeedNextToNoRows) {
    for (int i = 0; i < 1000; ++i) {
        insert_all({Table::by_participant, "user-" + std::to_string(i) + '/'}, {"key"});
    }
    EXPECT_LT(store_.rows(Table::ranks).size(), 80U);
    EXPECT_EQ(size(*store_.snapshot(), {Table::by_participant, "user-7/"}), 1U);
}

}  // namespace
}  // namespace consularia::projections
