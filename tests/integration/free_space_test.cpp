// Below the free-space watermark the ledger says so and writes nothing.

#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
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
    const auto ledger = open_embedded_ledger(path, witness, options);
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
    EXPECT_THROW(store->commit(std::move(writes)), ledger::StorageError);
    EXPECT_EQ(store->snapshot()->get(Table::meta, "key"), "before");
}

}  // namespace
}  // namespace consularia::infra::rocks
