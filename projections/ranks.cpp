#include "projections/ranks.hpp"

#include "ledger/record/hash.hpp"
#include "projections/keys.hpp"
#include "projections/rank_rows.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace consularia::projections {
namespace {

/// A block of each level contains about 2^6 blocks of the level below.
constexpr int kBitsPerLevel = 6;

/// The highest level at which the key ends a block; 0 for most keys. SHA-256 is used because we
/// have it; the hash only has to stay the same for ever.
int level_of(const RankedList& list, std::string_view rest) {
    const auto hash = ledger::sha256(list.prefix + std::string(rest));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | hash[i];
    return std::min(std::countr_zero(bits) / kBitsPerLevel, kTopLevel);
}

/// What was passed on the way to a place in the list.
struct Passed {
    ClassCounts keys;
    std::string end;                  ///< The end of the last block; empty if there is none.
    std::optional<std::string> next;  ///< For level 0: the first key that was not passed.
};

/// By level.
using Path = std::array<Passed, kTopLevel + 1>;

/// Walks from the top level down to the keys. `passes(end, keys)`: whether to continue after the
/// block with this end, up to which there are these keys.
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
    return descend(reader, list, [&](std::string_view end, const ClassCounts&) {
        return end < rest;
    });
}

/// Changes the ranks of one list, by one key.
class Ranks {
  public:
    Ranks(WriteSet& writes, KnownBlocks& known, const RankedList& list)
        : writes_(writes), known_(known), list_(list), totals_(totals_of(writes, list)) {}

    /// Counts a key that is not there yet.
    void insert(std::string_view rest, KeyClass key_class) {
        const auto key = ClassCounts::one(key_class);
        const int own = level_of(list_, rest);
        if (own > 0) {
            const auto path = descend_to(writes_, list_, rest);
            for (int number = 1; number <= own; ++number) {
                const Level level(list_, number);
                const auto before = path.at(static_cast<std::size_t>(number)).keys;
                const auto count = path[0].keys - before + key;
                known_.add(level.key(rest), count);
                put_block(level.key(rest), count);
                add_to_next(level, rest, key - count);
            }
            if (totals_.blocks == 0) totals_.keys = count_keys(writes_, list_);
            ++totals_.blocks;
        }
        if (totals_.blocks > 0) {
            totals_.keys += key;
            put_totals();
        }
        count_in_blocks(rest, own + 1, key);
    }

    /// Counts a key no longer.
    void erase(std::string_view rest, KeyClass key_class) {
        const auto key = ClassCounts::one(key_class);
        const int own = level_of(list_, rest);
        for (int number = 1; number <= own; ++number) {
            const Level level(list_, number);
            add_to_next(level, rest, take_block(level.key(rest)) - key);
        }
        if (totals_.blocks > 0) {
            totals_.keys -= key;
            if (own > 0) --totals_.blocks;
            put_totals();
        }
        count_in_blocks(rest, own + 1, ClassCounts() - key);
    }

    /// Counts a key in another class.
    void reclassify(std::string_view rest, KeyClass from, KeyClass to) {
        if (totals_.blocks == 0) return;
        const auto change = ClassCounts::one(to) - ClassCounts::one(from);
        const int own = level_of(list_, rest);
        for (int number = 1; number <= own; ++number) {
            const auto block = Level(list_, number).key(rest);
            const auto row = writes_.get(Table::ranks, block);
            if (!row) rank_is_missing();
            const auto count = read_counts(*row) + change;
            known_.change_count(block, count);
            put_block(block, count);
        }
        totals_.keys += change;
        put_totals();
        count_in_blocks(rest, own + 1, change);
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
    bool add_to_next(const Level& level, std::string_view end, const ClassCounts& change) {
        const auto block = block_after(level, end);
        if (!block.count) return false;
        const auto count = *block.count + change;
        known_.change_count(block.end, count);
        put_block(block.end, count);
        return true;
    }

    /// Changes the counts of the blocks that contain the key, from `level` up. If a level ends
    /// before the key, so do all levels above it.
    void count_in_blocks(std::string_view rest, int level, const ClassCounts& change) {
        while (level <= kTopLevel && add_to_next(Level(list_, level), rest, change)) ++level;
    }

    void put_block(std::string_view key, const ClassCounts& count) {
        std::string value;
        append_counts(value, count);
        writes_.put(Table::ranks, key, value);
    }

    ClassCounts take_block(const std::string& key) {
        const auto count = writes_.get(Table::ranks, key);
        if (!count) rank_is_missing();
        known_.remove(key);
        writes_.erase(Table::ranks, key);
        return read_counts(*count);
    }

    void put_totals() {
        if (totals_.blocks == 0) return writes_.erase(Table::ranks, totals_key(list_));
        std::string value;
        keys::append_number(value, totals_.blocks);
        append_counts(value, totals_.keys);
        writes_.put(Table::ranks, totals_key(list_), value);
    }

    WriteSet& writes_;
    KnownBlocks& known_;
    const RankedList& list_;
    Totals totals_;
};

}  // namespace

void insert(
    WriteSet& writes,
    KnownBlocks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class
) {
    Ranks(writes, known, list).insert(rest, key_class);
    writes.put(list.index, list.prefix + std::string(rest), value_of(key_class));
}

void erase(
    WriteSet& writes,
    KnownBlocks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class
) {
    Ranks(writes, known, list).erase(rest, key_class);
    writes.erase(list.index, list.prefix + std::string(rest));
}

void reclassify(
    WriteSet& writes,
    KnownBlocks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass from,
    KeyClass to
) {
    Ranks(writes, known, list).reclassify(rest, from, to);
    writes.put(list.index, list.prefix + std::string(rest), value_of(to));
}

std::uint64_t size(const Reader& reader, const RankedList& list, KeyClasses classes) {
    const auto totals = totals_of(reader, list);
    return (totals.blocks > 0 ? totals.keys : count_keys(reader, list)).sum(classes);
}

std::uint64_t rank(
    const Reader& reader, const RankedList& list, std::string_view rest, KeyClasses classes
) {
    return descend_to(reader, list, rest)[0].keys.sum(classes);
}

std::optional<std::string> select(
    const Reader& reader, const RankedList& list, std::uint64_t n, KeyClasses classes
) {
    const auto at_most_n = [&](std::string_view, const ClassCounts& keys) {
        return keys.sum(classes) <= n;
    };
    return descend(reader, list, at_most_n)[0].next;
}

}  // namespace consularia::projections
