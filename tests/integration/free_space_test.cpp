// Below the free-space watermark the ledger says so and writes nothing.

#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "ledger/log/no_space_error.hpp"
#include "node/storage_watch.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace consularia::infra::rocks {
namespace {

using ledger::NotAppended;
using testing::ElementsAre;

TEST(FreeSpace, BelowTheWatermarkNothingIsAppendedAndReadingGoesOn) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "ledger";
    const auto witness = test::make_ledger(path, 100);

    EmbeddedLedgerOptions options;
    options.min_free_bytes = std::numeric_limits<std::uint64_t>::max() / 2;
    const auto ledger = open_embedded_ledger(path, {witness}, options);
    const auto before = test::state_of(path);
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto result = ledger->append(0, std::vector<std::string>{"x"});
        const auto* refused = std::get_if<NotAppended>(&result);
        ASSERT_NE(refused, nullptr);
        EXPECT_EQ(refused->reason, NotAppended::Reason::out_of_storage);
    }
    EXPECT_THAT(test::changed_names(before, test::state_of(path)), testing::IsEmpty());
    EXPECT_THAT(ledger->ends(), ElementsAre(100U));
    EXPECT_EQ(ledger->tail(0, 0, {})->next(1000).size(), 100U);
}

TEST(FreeSpace, AboveTheWatermarkAppendingGoesOn) {
    const test::TemporaryDirectory directory;
    EmbeddedLedgerOptions options;
    options.min_free_bytes = 1;
    const auto ledger = open_embedded_ledger(directory.path() / "ledger", {}, options);
    test::append_records(*ledger, 0, 10);
}

TEST(FreeSpace, EachAppendSaysHowMuchIsThereAndHowMuchMustBe) {
    const test::TemporaryDirectory directory;
    EmbeddedLedgerOptions options;
    options.min_free_bytes = 1000;
    std::vector<std::uint64_t> needed;
    options.on_space = [&](std::uint64_t available, std::uint64_t bytes) {
        EXPECT_GT(available, bytes);
        needed.push_back(bytes);
    };
    const auto ledger = open_embedded_ledger(directory.path() / "ledger", {}, options);
    for (const std::size_t size : {5U, 70U}) {
        const std::vector<std::string> values{std::string(size, 'x'), "y"};
        EXPECT_TRUE(std::holds_alternative<ledger::Appended>(ledger->append(0, values)));
    }
    EXPECT_THAT(needed, ElementsAre(1006U, 1071U));
}

class StorageWatchTest : public testing::Test {
  protected:
    void expect_soon(const std::function<bool(const std::string&)>& holds) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds(why())) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << why();
            std::this_thread::yield();
        }
    }

    [[nodiscard]] std::string why() const {
        const auto troubles = health.troubles();
        return troubles.empty() ? ""
                                : to_words(troubles.at(0).component) + ": " + troubles.at(0).why;
    }

    const test::TemporaryDirectory directory;
    const test::ManualClock clock;
    ledger::Health health{clock};
    node::StorageWatch watch{directory.path(), 0, health};
};

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max() / 2;

TEST_F(StorageWatchTest, ARefusedAppendIsAFailureUntilThereIsTheSpaceItNeeded) {
    EXPECT_EQ(why(), "");
    watch.note_append(5, 10);
    EXPECT_EQ(why(), "storage: the server is out of storage: 5 bytes are free, 10 are needed");
    expect_soon([](const auto& why) { return why.empty(); });  // There are more than ten.
}

TEST_F(StorageWatchTest, ARefusedAppendIsAFailureUntilAnotherOneFindsEnough) {
    watch.note_append(5, kHuge);
    expect_soon([](const auto& why) {  // It measures again, and does not forget.
        return why.find("are needed") != why.npos && why.find(": 5 bytes") == why.npos;
    });
    EXPECT_FALSE(watch.nearly_full()) << "nothing is kept in reserve";
    watch.note_append(5, 5);
    EXPECT_EQ(why(), "");
}

TEST(FreeSpace, BelowTheWatermarkTheReadStoreCommitsNothingAndReadingGoesOn) {
    using projections::Table;
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "read";
    {
        const auto store = open_read_store(path);
        auto writes = store->write_set();
        writes->put(Table::meta, "key", "before");
        store->commit(std::move(writes));
    }
    StoreOptions options;
    options.min_free_bytes = std::numeric_limits<std::uint64_t>::max() / 2;
    const auto store = open_read_store(path, options);
    auto writes = store->write_set();
    writes->put(Table::meta, "key", "after");
    EXPECT_THROW(store->commit(std::move(writes)), ledger::NoSpaceError);
    EXPECT_EQ(store->snapshot()->get(Table::meta, "key"), "before");
}

}  // namespace
}  // namespace consularia::infra::rocks
