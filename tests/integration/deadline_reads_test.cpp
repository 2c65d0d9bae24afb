// To find due appointments RocksDB does not walk over those that have ended.

#include "infra/rocks/read_store.hpp"
#include "projections/deadline_rows.hpp"
#include "projections/due.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>
#include <rocksdb/perf_context.h>

#include <cstdint>

namespace consularia::infra::rocks {
namespace {

using namespace samples;
using projections::ReadStore;

constexpr std::uint32_t kEnded = 5'000;

domain::Timestamp end_of(std::uint32_t number) {
    return kStart + std::chrono::microseconds(number);
}

void change(ReadStore& store, std::uint32_t organization, std::uint32_t number, bool awaits) {
    auto writes = store.write_set();
    const auto change = awaits ? projections::put_deadline : projections::erase_deadline;
    change(*writes, {0, organization_id(organization), appointment_id(number), end_of(number)});
    store.commit(std::move(writes));
}

TEST(DeadlineReads, NothingThatWasEndedIsWalkedOver) {
    const test::TemporaryDirectory directory;
    const auto store = open_read_store(directory.path() / "read");
    for (std::uint32_t number = 1; number <= kEnded + 3; ++number) {
        change(*store, 1, number, true);
        change(*store, 2 + number, number, true);
    }
    for (std::uint32_t number = 1; number <= kEnded; ++number) {
        change(*store, 1, number, false);
        change(*store, 2 + number, number, false);
    }
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
    rocksdb::get_perf_context()->Reset();
    const auto reader = store->snapshot();
    const auto turns = projections::find_due_organizations(*reader, 0, kEnd, "", 10);
    EXPECT_EQ(turns.size(), 4U);
    const auto due = projections::find_due(*reader, organization_id(1), kEnd, 10);
    EXPECT_EQ(due.size(), 3U);
    const auto deleted = rocksdb::get_perf_context()->internal_delete_skipped_count;
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    EXPECT_LT(deleted, 10U);
}

}  // namespace
}  // namespace consularia::infra::rocks
