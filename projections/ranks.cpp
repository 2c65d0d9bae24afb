#include "projections/ranks.hpp"

#include "ledger/log/storage_error.hpp"
#include "ledger/record/hash.hpp"
#include "projections/keys.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

namespace consularia::projections {
namespace {

/// A block of each level contains about 2^6 blocks of the level below.
constexpr int kBitsPerLevel = 6;
/// Up to 64^4 keys cost the same work as a few; beyond that the cost grows slowly.
constexpr int kTopLevel = 4;

/// The highest level at which the key ends a block; 0 for most keys. SHA-256 is used because we
/// have it; the hash only has to stay the same for ever.
int level_of(const RankedList& list, std::string_view rest) {
    const auto hash = ledger::sha256(list.prefix + std::string(rest));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | hash[i];
    return std::min(std::countr_zero(bits) / kBitsPerLevel, kTopLevel);
}

std::string blocks_of(const RankedList& list) {
    std::string prefix(1, static_cast<char>(list.index));
    prefix += list.prefix;
    return prefix;
}

/// What a list with blocks consists of.
struct Totals {
    std::uint64_t blocks = 0;  ///< Of level 1.
    std::uint64_t keys = 0;    ///< Only counted if there are blocks.
};

std::string totals_key(const RankedList& list) {
    return blocks_of(list) + '\0';
}

Totals totals_of(const Reader& reader, const RankedList& list) {
    const auto row = reader.get(Table::ranks, totals_key(list));
    if (!row) return {};
    const auto half = sizeof(std::uint64_t);
    const std::string_view both(*row);
    return {keys::number_in(both.substr(0, half)), keys::number_in(both.substr(half))};
}

[[noreturn]] void rank_is_missing() {
    throw ledger::StorageError("The read store is damaged: a rank is missing.");
}

/// The rows of one level. Level 0 consists of the index keys themselves, each a block of one.
struct Level {
    Table table{};
    std::string prefix;
    bool counted = false;

    Level(const RankedList& list, int level)
        : table(level == 0 ? list.index : Table::ranks),
          prefix(level == 0 ? list.prefix : blocks_of(list)),
          counted(level != 0) {
        if (counted) prefix += static_cast<char>(255 - level);
    }

    [[nodiscard]] std::string key(std::string_view rest) const {
        std::string key(prefix);
        key += rest;
        return key;
    }

    /// The blocks after this end; if it is empty, all.
    [[nodiscard]] std::unique_ptr<Cursor> blocks_after(const Reader& reader, std::string_view end)
        const {
        const auto from = key(end);
        return reader.scan(table, end.empty() ? from : keys::after(from), keys::after_all(prefix));
    }

    [[nodiscard]] std::string_view end_of(const Cursor& cursor) const {
        return cursor.key().substr(prefix.size());
    }

    [[nodiscard]] std::uint64_t count_of(const Cursor& cursor) const {
        return counted ? keys::number_in(cursor.value()) : 1;
    }
};

/// The highest level at which the list has blocks. Higher levels come first.
int top_of(const Reader& reader, const RankedList& list) {
    if (totals_of(reader, list).blocks == 0) return 0;
    const auto prefix = blocks_of(list);
    const auto after_totals = keys::after(totals_key(list));
    const auto cursor = reader.scan(Table::ranks, after_totals, keys::after_all(prefix));
    if (!cursor->valid()) rank_is_missing();
    return 255 - static_cast<std::uint8_t>(cursor->key()[prefix.size()]);
}

/// What was passed on the way to a place in the list.
struct Passed {
    std::uint64_t keys = 0;
    std::string end;                  ///< The end of the last block; empty if there is none.
    std::optional<std::string> next;  ///< For level 0: the first key that was not passed.
};

/// By level.
using Path = std::array<Passed, kTopLevel + 1>;

/// Walks from the top level down to the keys. `passes(end, keys)`: whether to continue after the
/// block with this end, up to which there are this many keys.
template <class Passes>
Path descend(const Reader& reader, const RankedList& list, const Passes& passes) {
    Path path;
    Passed passed;
    for (int number = top_of(reader, list); number >= 0; --number) {
        const Level level(list, number);
        const auto cursor = level.blocks_after(reader, passed.end);
        for (; cursor->valid(); cursor->next()) {
            const auto end = level.end_of(*cursor);
            const auto keys = passed.keys + level.count_of(*cursor);
            if (!passes(end, keys)) break;
            passed.keys = keys;
            passed.end = end;
        }
        if (number == 0 && cursor->valid()) passed.next = level.end_of(*cursor);
        path.at(static_cast<std::size_t>(number)) = passed;
    }
    return path;
}

Path descend_to(const Reader& reader, const RankedList& list, std::string_view rest) {
    return descend(reader, list, [&](std::string_view end, std::uint64_t) { return end < rest; });
}

/// How many keys a list without blocks has.
std::uint64_t count_keys(const Reader& reader, const RankedList& list) {
    std::uint64_t keys = 0;
    for (const auto cursor = Level(list, 0).blocks_after(reader, ""); cursor->valid();
         cursor->next()) {
        ++keys;
    }
    return keys;
}

/// Changes the ranks of one list, by one key.
class Ranks {
  public:
    Ranks(WriteSet& writes, KnownBlocks& known, const RankedList& list)
        : writes_(writes), known_(known), list_(list), totals_(totals_of(writes, list)) {}

    /// Counts a key that is not there yet.
    void insert(std::string_view rest) {
        const int own = level_of(list_, rest);
        if (own > 0) {
            const auto path = descend_to(writes_, list_, rest);
            for (int number = 1; number <= own; ++number) {
                const Level level(list_, number);
                const auto before = path.at(static_cast<std::size_t>(number)).keys;
                const auto count = path[0].keys - before + 1;
                known_.add(level.key(rest), count);
                put_block(level.key(rest), count);
                add_to_next(level, rest, 1 - static_cast<std::int64_t>(count));
            }
            if (totals_.blocks == 0) totals_.keys = count_keys(writes_, list_);
            ++totals_.blocks;
        }
        if (totals_.blocks > 0) {
            ++totals_.keys;
            put_totals();
        }
        count_in_blocks(rest, own + 1, 1);
    }

    /// Counts a key no longer.
    void erase(std::string_view rest) {
        const int own = level_of(list_, rest);
        for (int number = 1; number <= own; ++number) {
            const Level level(list_, number);
            const auto count = static_cast<std::int64_t>(take_block(level.key(rest)));
            add_to_next(level, rest, count - 1);
        }
        if (totals_.blocks > 0) {
            --totals_.keys;
            if (own > 0) --totals_.blocks;
            put_totals();
        }
        count_in_blocks(rest, own + 1, -1);
    }

  private:
    /// The first block after this end.
    [[nodiscard]] KnownBlocks::Block block_after(const Level& level, std::string_view end) {
        const auto key = level.key(end);
        if (auto found = known_.find_after(key)) return *std::move(found);
        KnownBlocks::Block block{keys::after_all(level.prefix), std::nullopt};
        if (totals_.blocks == 0) return block;
        const auto cursor = level.blocks_after(writes_, end);
        if (cursor->valid()) block = {std::string(cursor->key()), level.count_of(*cursor)};
        known_.learn(key, block);
        return block;
    }

    /// Changes the count of the first block after this end. False if the level has none.
    bool add_to_next(const Level& level, std::string_view end, std::int64_t change) {
        const auto block = block_after(level, end);
        if (!block.count) return false;
        const auto count = *block.count + static_cast<std::uint64_t>(change);
        known_.change_count(block.end, count);
        put_block(block.end, count);
        return true;
    }

    /// Adds one key to, or removes one from, the counts of the blocks that contain the key, from
    /// `level` up. If a level ends before the key, so do all levels above it.
    void count_in_blocks(std::string_view rest, int level, std::int64_t change) {
        while (level <= kTopLevel && add_to_next(Level(list_, level), rest, change)) ++level;
    }

    void put_block(std::string_view key, std::uint64_t count) {
        std::string value;
        keys::append_number(value, count);
        writes_.put(Table::ranks, key, value);
    }

    std::uint64_t take_block(const std::string& key) {
        const auto count = writes_.get(Table::ranks, key);
        if (!count) rank_is_missing();
        known_.remove(key);
        writes_.erase(Table::ranks, key);
        return keys::number_in(*count);
    }

    void put_totals() {
        if (totals_.blocks == 0) return writes_.erase(Table::ranks, totals_key(list_));
        std::string value;
        keys::append_number(value, totals_.blocks);
        keys::append_number(value, totals_.keys);
        writes_.put(Table::ranks, totals_key(list_), value);
    }

    WriteSet& writes_;
    KnownBlocks& known_;
    const RankedList& list_;
    Totals totals_;
};

}  // namespace

void insert(WriteSet& writes, KnownBlocks& known, const RankedList& list, std::string_view rest) {
    Ranks(writes, known, list).insert(rest);
    writes.put(list.index, list.prefix + std::string(rest), "");
}

void erase(WriteSet& writes, KnownBlocks& known, const RankedList& list, std::string_view rest) {
    Ranks(writes, known, list).erase(rest);
    writes.erase(list.index, list.prefix + std::string(rest));
}

std::uint64_t size(const Reader& reader, const RankedList& list) {
    const auto totals = totals_of(reader, list);
    return totals.blocks > 0 ? totals.keys : count_keys(reader, list);
}

std::uint64_t rank(const Reader& reader, const RankedList& list, std::string_view rest) {
    return descend_to(reader, list, rest)[0].keys;
}

std::optional<std::string> select(const Reader& reader, const RankedList& list, std::uint64_t n) {
    const auto at_most_n = [n](std::string_view, std::uint64_t keys) { return keys <= n; };
    return descend(reader, list, at_most_n)[0].next;
}

}  // namespace consularia::projections
