#include "projections/rank_rows.hpp"

#include "ledger/log/storage_error.hpp"

namespace consularia::projections {
namespace {

std::string blocks_of(const RankedList& list) {
    std::string prefix(1, static_cast<char>(list.index));
    prefix += list.prefix;
    return prefix;
}

[[noreturn]] void ranks_are_damaged() {
    throw ledger::StorageError("The read store is damaged: ranks have another form than theirs.");
}

}  // namespace

void rank_is_missing() {
    throw ledger::StorageError("The read store is damaged: a rank is missing.");
}

void append_counts(std::string& value, const ClassCounts& counts) {
    for (KeyClass each = 0; each < kKeyClasses; ++each) {
        if (counts[each] == 0) continue;
        value += static_cast<char>(each);
        keys::append_number(value, counts[each]);
    }
}

ClassCounts read_counts(std::string_view value) {
    constexpr std::size_t kSize = 1 + sizeof(std::uint64_t);
    ClassCounts counts;
    for (; value.size() >= kSize; value.remove_prefix(kSize)) {
        const auto key_class = static_cast<KeyClass>(value.front());
        if (key_class >= kKeyClasses) ranks_are_damaged();
        counts[key_class] = keys::number_in(value.substr(1, sizeof(std::uint64_t)));
    }
    if (!value.empty()) ranks_are_damaged();
    return counts;
}

std::string value_of(KeyClass key_class) {
    return key_class == 0 ? std::string() : std::string(1, static_cast<char>(key_class));
}

KeyClass class_of(std::string_view value) {
    const auto key_class = value.empty() ? KeyClass{0} : static_cast<KeyClass>(value.front());
    if (value.size() > 1 || key_class >= kKeyClasses) ranks_are_damaged();
    return key_class;
}

std::string totals_key(const RankedList& list) {
    return blocks_of(list) + '\0';
}

Totals totals_of(const Reader& reader, const RankedList& list) {
    const auto row = reader.get(Table::ranks, totals_key(list));
    if (!row) return {};
    const std::string_view both(*row);
    constexpr auto kBlocks = sizeof(std::uint64_t);
    if (both.size() < kBlocks) ranks_are_damaged();
    return {keys::number_in(both.substr(0, kBlocks)), read_counts(both.substr(kBlocks))};
}

Level::Level(const RankedList& list, int level)
    : table(level == 0 ? list.index : Table::ranks),
      prefix(level == 0 ? list.prefix : blocks_of(list)),
      counted(level != 0) {
    if (counted) prefix += static_cast<char>(255 - level);
}

std::string Level::key(std::string_view rest) const {
    std::string key(prefix);
    key += rest;
    return key;
}

std::unique_ptr<Cursor> Level::blocks_after(const Reader& reader, std::string_view end) const {
    const auto from = key(end);
    return reader.scan(table, end.empty() ? from : keys::after(from), keys::after_all(prefix));
}

std::unique_ptr<Cursor> Level::blocks_from(const Reader& reader, std::string_view rest) const {
    return reader.scan(table, key(rest), keys::after_all(prefix));
}

int top_of(const Reader& reader, const RankedList& list) {
    if (totals_of(reader, list).blocks == 0) return 0;
    const auto prefix = blocks_of(list);
    const auto after_totals = keys::after(totals_key(list));
    const auto cursor = reader.scan(Table::ranks, after_totals, keys::after_all(prefix));
    if (!cursor->valid()) rank_is_missing();
    return 255 - static_cast<std::uint8_t>(cursor->key()[prefix.size()]);
}

ClassCounts count_keys(const Reader& reader, const RankedList& list) {
    const Level level(list, 0);
    ClassCounts keys;
    for (const auto cursor = level.blocks_after(reader, ""); cursor->valid(); cursor->next()) {
        keys += level.count_of(*cursor);
    }
    return keys;
}

}  // namespace consularia::projections
