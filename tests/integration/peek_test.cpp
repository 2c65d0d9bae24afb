// A store that another one writes is read as it was at one moment, whatever the writer moves from
// its write-ahead log into tables at the same time.

#include "infra/rocks/store.hpp"
#include "journal/journal.hpp"
#include "journal/table.hpp"
#include "ledger/log/storage_error.hpp"
#include "tables/numbers.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace consularia::infra::rocks {
namespace {

using journal::Table;

constexpr std::uint64_t kRows = 20'000;

std::string key_of(std::uint64_t number) {
    std::string key;
    tables::append_number(key, number);
    return key;
}

/// Commits one row after the other, each with the number of them.
void write_rows(tables::Store& store) {
    const std::string bytes(200, 'x');
    for (std::uint64_t number = 0; number < kRows; ++number) {
        auto writes = store.write_set();
        writes->put(Table::records, key_of(number), bytes);
        writes->put(Table::meta, "count", key_of(number + 1));
        store.commit(std::move(writes));
    }
}

/// The rows, and the number that the writer gave with the last of them. Empty if a file was removed
/// that was still to be read.
std::optional<std::pair<std::uint64_t, std::uint64_t>> look(const std::filesystem::path& place) {
    try {
        const auto reader = open_store_read_only(place, journal::schema())->snapshot();
        const auto count = reader->get(Table::meta, "count");
        std::uint64_t rows = 0;
        for (auto row = reader->scan(Table::records, "", ""); row->valid(); row->next()) ++rows;
        return std::pair(rows, count ? tables::number_in(*count) : 0);
    } catch (const ledger::StorageError&) {
        return std::nullopt;
    }
}

TEST(Peek, ShowsAllRowsUpToOneMoment) {
    const test::TemporaryDirectory temporary;
    const auto place = temporary.path() / "store";
    StoreOptions options;
    options.write_buffer_bytes = 512 << 10;  // It is moved into tables all the time.
    const auto store = open_store(place, journal::schema(), options);
    const std::jthread writer([&] { write_rows(*store); });
    std::uint64_t seen = 0;
    while (seen < kRows) {
        const auto found = look(place);
        if (!found) continue;
        ASSERT_EQ(found->first, found->second) << "rows are missing";
        ASSERT_GE(found->first, seen);
        seen = found->first;
    }
}

}  // namespace
}  // namespace consularia::infra::rocks
