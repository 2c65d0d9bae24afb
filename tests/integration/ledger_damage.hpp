#pragma once
// Embedded ledgers to damage, and ways of doing it.

#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace consularia::test {

/// The value of the record that the functions below append at this position.
[[nodiscard]] std::string value_of(ledger::Position position, std::string_view word = "record");

/// What a read store has seen that applied everything before `next`.
[[nodiscard]] ledger::Checkpoint witness_of(
    const ledger::Ledger& ledger, ledger::Position next, std::string_view word = "record"
);

/// Appends the records from here to there in batches of ten. Fails the test unless all are durable.
void append_records(
    ledger::Ledger& ledger,
    ledger::Position from,
    ledger::Position until,
    std::string_view word = "record"
);

/// Makes a ledger of two sessions, so that the first half of it lies in a table file and the second
/// half in the write-ahead log. Returns its witness.
ledger::Checkpoint make_ledger(
    const std::filesystem::path& directory,
    ledger::Position records,
    std::string_view word = "record"
);

/// The write-ahead log with something in it: there must be one.
[[nodiscard]] std::filesystem::path the_log_of(const std::filesystem::path& ledger);
/// The largest table file: that of the records.
[[nodiscard]] std::filesystem::path the_table_of(const std::filesystem::path& ledger);
[[nodiscard]] std::filesystem::path the_manifest_of(const std::filesystem::path& ledger);

/// `where` is a share of the file's length, from 0 to less than 1.
void flip_bit(const std::filesystem::path& file, double where);
void cut(const std::filesystem::path& file, double where);
void zero_from(const std::filesystem::path& file, double where);

}  // namespace consularia::test
