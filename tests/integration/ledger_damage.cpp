#include "tests/integration/ledger_damage.hpp"

#include "infra/rocks/ledger.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace consularia::test {
namespace {

namespace fs = std::filesystem;
using ledger::Position;

std::size_t share_of(std::size_t size, double where) {
    return static_cast<std::size_t>(static_cast<double>(size) * where);
}

}  // namespace

std::string value_of(Position position, std::string_view word) {
    return std::string(word) + ' ' + std::to_string(position) + std::string(200, '.');
}

ledger::Checkpoint witness_of(const ledger::Ledger& ledger, Position next, std::string_view word) {
    return {ledger.identity(), next, ledger::sha256(value_of(next - 1, word))};
}

void append_records(ledger::Ledger& ledger, Position from, Position until, std::string_view word) {
    while (from < until) {
        std::vector<std::string> batch;
        while (batch.size() < 10 && from < until) batch.push_back(value_of(from++, word));
        const auto result = ledger.append(0, batch);
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(result));
        ASSERT_EQ(std::get<ledger::Appended>(result).end, from);
    }
}

ledger::Checkpoint make_ledger(const fs::path& directory, Position records, std::string_view word) {
    append_records(*infra::rocks::open_embedded_ledger(directory, {}), 0, records / 2, word);
    const auto ledger =
        infra::rocks::open_embedded_ledger(directory, {});  // the log becomes a table
    append_records(*ledger, records / 2, records, word);
    return witness_of(*ledger, records, word);
}

fs::path the_log_of(const fs::path& ledger) {
    auto logs = files_ending_in(ledger, ".log");
    std::erase_if(logs, [](const auto& log) { return fs::is_empty(log); });
    EXPECT_EQ(logs.size(), 1U);
    return logs.at(0);
}

fs::path the_table_of(const fs::path& ledger) {
    const auto tables = files_ending_in(ledger, ".sst");
    return *std::ranges::max_element(tables, {}, [](const auto& file) {
        return fs::file_size(file);
    });
}

fs::path the_manifest_of(const fs::path& ledger) {
    std::string name = read_whole_file(ledger / "CURRENT");
    name.pop_back();
    return ledger / name;
}

void flip_bit(const fs::path& file, double where) {
    std::string content = read_whole_file(file);
    char& byte = content.at(share_of(content.size(), where));
    byte = static_cast<char>(byte ^ 0x10);
    write_whole_file(file, content);
}

void cut(const fs::path& file, double where) {
    fs::resize_file(file, share_of(fs::file_size(file), where));
}

void zero_from(const fs::path& file, double where) {
    std::string content = read_whole_file(file);
    std::fill(
        content.begin() + static_cast<std::ptrdiff_t>(share_of(content.size(), where)),
        content.end(),
        '\0'
    );
    write_whole_file(file, content);
}

}  // namespace consularia::test
