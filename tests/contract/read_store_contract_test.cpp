// The behaviour of every read store, whatever it is made of.

#include "infra/rocks/read_store.hpp"
#include "projections/read_store.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// A store that exists as long as this object.
class Subject {
  public:
    virtual ~Subject() = default;
    virtual ReadStore& store() = 0;
};

class MemorySubject final : public Subject {
  public:
    ReadStore& store() override { return store_; }

  private:
    test::MemoryReadStore store_;
};

class RocksSubject final : public Subject {
  public:
    ReadStore& store() override { return *store_; }

  private:
    test::TemporaryDirectory directory_;
    std::unique_ptr<ReadStore> store_ =
        infra::rocks::open_read_store(directory_.path() / "read-store");
};

struct Implementation {
    std::string name;
    std::function<std::unique_ptr<Subject>()> make;
};

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows scan(const Reader& reader, Table table, std::string_view from = "", std::string_view to = "") {
    Rows rows;
    for (const auto cursor = reader.scan(table, from, to); cursor->valid(); cursor->next()) {
        rows.emplace_back(cursor->key(), cursor->value());
    }
    return rows;
}

class ReadStoreContract : public testing::TestWithParam<Implementation> {
  protected:
    ReadStore& store() { return subject_->store(); }

    void put(Table table, const Rows& rows) {
        auto writes = store().write_set();
        for (const auto& [key, value] : rows) writes->put(table, key, value);
        store().commit(std::move(writes));
    }

    std::shared_ptr<const Reader> now() { return store().snapshot(); }

  private:
    std::unique_ptr<Subject> subject_ = GetParam().make();
};

TEST_P(ReadStoreContract, ANewStoreIsEmpty) {
    for (std::size_t table = 0; table < kTableCount; ++table) {
        EXPECT_EQ(now()->get(static_cast<Table>(table), "key"), std::nullopt);
        EXPECT_THAT(scan(*now(), static_cast<Table>(table)), IsEmpty());
    }
}

TEST_P(ReadStoreContract, CommittedRowsAreRead) {
    put(Table::heads, {{"a", "1"}, {"b", ""}});
    EXPECT_EQ(now()->get(Table::heads, "a"), "1");
    EXPECT_EQ(now()->get(Table::heads, "b"), "");
    EXPECT_EQ(now()->get(Table::heads, "c"), std::nullopt);
}

TEST_P(ReadStoreContract, TablesAreApart) {
    auto writes = store().write_set();
    for (std::size_t table = 0; table < kTableCount; ++table) {
        writes->put(static_cast<Table>(table), "key", std::to_string(table));
    }
    store().commit(std::move(writes));
    for (std::size_t table = 0; table < kTableCount; ++table) {
        EXPECT_EQ(now()->get(static_cast<Table>(table), "key"), std::to_string(table));
    }
}

TEST_P(ReadStoreContract, AWriteSetChangesNothingBeforeItIsCommitted) {
    put(Table::heads, {{"a", "1"}});
    auto writes = store().write_set();
    writes->put(Table::heads, "a", "2");
    writes->put(Table::heads, "b", "2");
    EXPECT_THAT(scan(*now(), Table::heads), ElementsAre(Pair("a", "1")));
    writes.reset();
    EXPECT_THAT(scan(*now(), Table::heads), ElementsAre(Pair("a", "1")));
}

TEST_P(ReadStoreContract, AWriteSetReadsItsOwnChangesOverTheStore) {
    put(Table::heads, {{"a", "1"}, {"b", "1"}, {"d", "1"}});
    put(Table::tokens, {{"a", "other table"}});
    auto writes = store().write_set();
    writes->put(Table::heads, "a", "2");
    writes->erase(Table::heads, "b");
    writes->put(Table::heads, "c", "2");
    writes->put(Table::heads, "e", "2");
    EXPECT_EQ(writes->get(Table::heads, "a"), "2");
    EXPECT_EQ(writes->get(Table::heads, "b"), std::nullopt);
    EXPECT_EQ(writes->get(Table::heads, "c"), "2");
    EXPECT_EQ(writes->get(Table::heads, "d"), "1");
    EXPECT_THAT(
        scan(*writes, Table::heads),
        ElementsAre(Pair("a", "2"), Pair("c", "2"), Pair("d", "1"), Pair("e", "2"))
    );
    EXPECT_THAT(scan(*writes, Table::heads, "b", "e"), ElementsAre(Pair("c", "2"), Pair("d", "1")));
    EXPECT_THAT(scan(*writes, Table::tokens), ElementsAre(Pair("a", "other table")));
}

TEST_P(ReadStoreContract, TheLastChangeOfAKeyInAWriteSetCounts) {
    put(Table::heads, {{"stored", "0"}});
    auto writes = store().write_set();
    writes->put(Table::heads, "a", "1");
    writes->put(Table::heads, "a", "2");
    writes->put(Table::heads, "b", "1");
    writes->erase(Table::heads, "b");
    writes->erase(Table::heads, "stored");
    writes->put(Table::heads, "stored", "3");
    const Rows expected{{"a", "2"}, {"stored", "3"}};
    EXPECT_EQ(scan(*writes, Table::heads), expected);
    store().commit(std::move(writes));
    EXPECT_EQ(scan(*now(), Table::heads), expected);
}

TEST_P(ReadStoreContract, ASnapshotStaysAsItWas) {
    put(Table::heads, {{"a", "1"}, {"b", "1"}});
    const auto before = now();
    const auto cursor = before->scan(Table::heads, "", "");
    auto writes = store().write_set();
    writes->put(Table::heads, "a", "2");
    writes->erase(Table::heads, "b");
    writes->put(Table::heads, "c", "2");
    store().commit(std::move(writes));
    EXPECT_THAT(scan(*before, Table::heads), ElementsAre(Pair("a", "1"), Pair("b", "1")));
    EXPECT_EQ(before->get(Table::heads, "a"), "1");
    EXPECT_EQ(cursor->value(), "1");
    cursor->next();
    EXPECT_EQ(cursor->key(), "b");
    cursor->next();
    EXPECT_FALSE(cursor->valid());
    EXPECT_THAT(scan(*now(), Table::heads), ElementsAre(Pair("a", "2"), Pair("c", "2")));
}

TEST_P(ReadStoreContract, ARowThatWasReadBeforeIsReadAsItIs) {
    put(Table::heads, {{"a", "1"}});
    const auto before = now();
    EXPECT_EQ(before->get(Table::heads, "a"), "1");
    put(Table::heads, {{"a", "2"}});
    EXPECT_EQ(before->get(Table::heads, "a"), "1");
    EXPECT_EQ(now()->get(Table::heads, "a"), "2");

    auto writes = store().write_set();
    EXPECT_EQ(writes->get(Table::heads, "a"), "2");
    writes->put(Table::heads, "a", "3");
    EXPECT_EQ(writes->get(Table::heads, "a"), "3");
    writes->erase(Table::heads, "a");
    EXPECT_EQ(writes->get(Table::heads, "a"), std::nullopt);
    store().commit(std::move(writes));
    EXPECT_EQ(now()->get(Table::heads, "a"), std::nullopt);
    EXPECT_EQ(store().write_set()->get(Table::heads, "a"), std::nullopt);
}

TEST_P(ReadStoreContract, ManyRowsOfAllSizesAreReadTwice) {
    Rows rows;
    for (std::size_t n = 0; n < 2'000; ++n) {
        rows.emplace_back("key " + std::to_string(n), std::string(n % 300, 'v'));
    }
    put(Table::heads, rows);
    const auto writes = store().write_set();
    const auto snapshot = now();
    for (int round = 0; round < 2; ++round) {
        for (const auto& [key, value] : rows) {
            ASSERT_EQ(snapshot->get(Table::heads, key), value);
            ASSERT_EQ(writes->get(Table::heads, key), value);
        }
    }
}

TEST_P(ReadStoreContract, AScanKeepsToItsRange) {
    put(Table::by_start, {{"a", "1"}, {"b", "2"}, {"b\xff", "3"}, {"c", "4"}});
    EXPECT_THAT(
        scan(*now(), Table::by_start, "b", "c"), ElementsAre(Pair("b", "2"), Pair("b\xff", "3"))
    );
    EXPECT_THAT(
        scan(*now(), Table::by_start, "b\xff"), ElementsAre(Pair("b\xff", "3"), Pair("c", "4"))
    );
    EXPECT_THAT(scan(*now(), Table::by_start, "", "b"), ElementsAre(Pair("a", "1")));
    EXPECT_THAT(scan(*now(), Table::by_start, "b", "b"), IsEmpty());
    EXPECT_THAT(scan(*now(), Table::by_start, "c", "a"), IsEmpty());
    EXPECT_THAT(scan(*store().write_set(), Table::by_start, "c", "a"), IsEmpty());
    EXPECT_THAT(scan(*now(), Table::by_start, "d"), IsEmpty());
}

TEST_P(ReadStoreContract, KeysAreOrderedByTheirUnsignedBytes) {
    using namespace std::string_literals;
    const Rows rows{
        {"\0"s, "1"}, {"\0\0"s, "2"}, {"\0\1"s, "3"}, {"a", "4"}, {"\x80", "5"}, {"\xff", "6"}};
    put(Table::changes, {rows.rbegin(), rows.rend()});
    EXPECT_EQ(scan(*now(), Table::changes), rows);
    EXPECT_EQ(scan(*store().write_set(), Table::changes), rows);
    EXPECT_EQ(now()->get(Table::changes, "\0"s), "1");
}

TEST_P(ReadStoreContract, AWriteSetMayChangeTheRowsThatItIsScanning) {
    put(Table::by_start, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
    auto writes = store().write_set();
    writes->put(Table::by_start, "bb", "own");
    writes->put(Table::by_start, "cc", "own");
    Rows seen;
    for (const auto cursor = writes->scan(Table::by_start, "a", "d"); cursor->valid();
         cursor->next()) {
        writes->erase(Table::by_start, cursor->key());
        writes->put(Table::by_start, "moved " + std::string(cursor->key()), cursor->value());
        seen.emplace_back(cursor->key(), cursor->value());
    }
    EXPECT_THAT(
        seen,
        ElementsAre(
            Pair("a", "1"), Pair("b", "2"), Pair("bb", "own"), Pair("c", "3"), Pair("cc", "own")
        )
    );
    EXPECT_THAT(scan(*writes, Table::by_start, "a", "m"), ElementsAre(Pair("d", "4")));
    EXPECT_EQ(scan(*writes, Table::by_start, "moved", "movee").size(), 5U);
}

TEST_P(ReadStoreContract, AnyChangesReadAsAnOrderedMapWould) {
    std::mt19937 random(20261123);
    const auto any = [&random](int below) {
        return std::uniform_int_distribution(0, below - 1)(random);
    };
    const auto key = [&any] {
        return std::string(1, static_cast<char>('a' + any(3))) + std::to_string(any(12));
    };
    std::map<std::string, std::string> model;
    for (int round = 0; round < 200; ++round) {
        auto writes = store().write_set();
        for (int change = any(12); change > 0; --change) {
            const std::string where = key();
            if (any(3) == 0) {
                writes->erase(Table::ranks, where);
                model.erase(where);
            } else {
                const std::string value = std::to_string(any(1000));
                writes->put(Table::ranks, where, value);
                model[where] = value;
            }
        }
        std::string from = key();
        std::string to = any(4) == 0 ? "" : key();
        Rows expected;
        for (auto at = model.lower_bound(from); at != model.end() && (to.empty() || at->first < to);
             ++at) {
            expected.emplace_back(*at);
        }
        EXPECT_EQ(scan(*writes, Table::ranks, from, to), expected);
        store().commit(std::move(writes));
        EXPECT_EQ(scan(*now(), Table::ranks, from, to), expected);
        EXPECT_EQ(scan(*now(), Table::ranks), Rows(model.begin(), model.end()));
    }
}

TEST_P(ReadStoreContract, ReadersSeeAllOfACommitOrNothing) {
    put(Table::heads, {{"row", "0"}});
    put(Table::changes, {{"row", "0"}});
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto snapshot = now();
                if (snapshot->get(Table::heads, "row") != snapshot->get(Table::changes, "row"))
                    ++torn;
            }
        });
    }
    for (int i = 1; i <= 2000; ++i) {
        auto writes = store().write_set();
        writes->put(Table::heads, "row", std::to_string(i));
        writes->put(Table::changes, "row", std::to_string(i));
        store().commit(std::move(writes));
        ASSERT_EQ(now()->get(Table::heads, "row"), std::to_string(i));
    }
    done = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(torn, 0);
}

TEST_P(ReadStoreContract, FlushingChangesNothing) {
    put(Table::heads, {{"a", "1"}});
    store().flush();
    EXPECT_THAT(scan(*now(), Table::heads), ElementsAre(Pair("a", "1")));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ReadStoreContract,
    testing::Values(
        Implementation{"memory", [] { return std::make_unique<MemorySubject>(); }},
        Implementation{"rocks", [] { return std::make_unique<RocksSubject>(); }}
    ),
    [](const auto& implementation) { return implementation.param.name; }
);

}  // namespace
}  // namespace consularia::projections
