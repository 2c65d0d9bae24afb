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
    Ranks(WriteSet& writes, KnownRanks& known, const RankedList& list)
        : writes_(writes), known_(known.of(list)), list_(list) {
        if (!known_.totals) known_.totals = totals_of(writes, list);
    }

    /// Counts a key that is not there yet.
    void insert(std::string_view rest, KeyClass key_class) {
        const auto key = ClassCounts::one(key_class);
        const int own = level_of(list_, rest);
        if (own > 0) {
            const auto before = keys_before(rest, own);
            for (int number = 1; number <= own; ++number) {
                const auto count = before.at(static_cast<std::size_t>(number)) + key;
                add_to_next(number, rest, key - count);
                known_level(number).add(rest, count);
                put_block(Level(list_, number).key(rest), count);
            }
            if (totals().blocks == 0) totals().keys = count_keys(writes_, list_);
            ++totals().blocks;
        }
        if (totals().blocks > 0) {
            totals().keys += key;
            put_totals();
        }
        count_in_blocks(rest, own + 1, key);
    }

    /// Counts a key no longer.
    void erase(std::string_view rest, KeyClass key_class) {
        const auto key = ClassCounts::one(key_class);
        const int own = level_of(list_, rest);
        for (int number = 1; number <= own; ++number) {
            add_to_next(number, rest, take_block(number, rest) - key);
        }
        if (totals().blocks > 0) {
            totals().keys -= key;
            if (own > 0) --totals().blocks;
            put_totals();
        }
        count_in_blocks(rest, own + 1, ClassCounts() - key);
    }

    /// Counts a key in another class.
    void reclassify(std::string_view rest, KeyClass from, KeyClass to) {
        if (totals().blocks == 0) return;
        const auto change = ClassCounts::one(to) - ClassCounts::one(from);
        const int own = level_of(list_, rest);
        for (int number = 1; number <= own; ++number) {
            const auto block = Level(list_, number).key(rest);
            const auto count = block_at(block) + change;
            known_level(number).change_count(rest, count);
            put_block(block, count);
        }
        totals().keys += change;
        put_totals();
        count_in_blocks(rest, own + 1, change);
    }

  private:
    /// By level: the keys between the end before this key and the key.
    using KeysBefore = std::array<ClassCounts, kTopLevel + 1>;

    /// Precondition: the key is not there, and will end blocks up to level `own`.
    [[nodiscard]] KeysBefore keys_before(std::string_view rest, int own) {
        KeysBefore before;
        // For nearly all keys this is 1, and the block around the key is known.
        if (const auto around = own == 1 ? block_after(1, rest) : KnownLevel::Found{};
            around.count != nullptr) {
            before[1] = *around.count - keys_between(rest, around.end);
            return before;
        }
        const auto path = descend_to(writes_, list_, rest);
        for (std::size_t number = 1; number < before.size(); ++number) {
            before.at(number) = path[0].keys - path.at(number).keys;
        }
        return before;
    }

    /// The keys after one, up to and including another.
    [[nodiscard]] ClassCounts keys_between(std::string_view after, std::string_view last) const {
        const Level level(list_, 0);
        ClassCounts keys;
        const auto cursor = level.blocks_after(writes_, after);
        for (; cursor->valid() && level.end_of(*cursor) <= last; cursor->next()) {
            keys += level.count_of(*cursor);
        }
        return keys;
    }

    /// The first block after this end.
    [[nodiscard]] KnownLevel::Found block_after(int number, std::string_view end) {
        if (totals().blocks == 0) return {};
        auto& known = known_level(number);
        if (const auto found = known.find_after(end)) return *found;
        const Level level(list_, number);
        const auto cursor = level.blocks_after(writes_, end);
        if (cursor->valid()) {
            known.learn(end, level.end_of(*cursor), level.count_of(*cursor));
        } else {
            known.learn_none_after(end);
        }
        return known.find_after(end).value();
    }

    /// Changes the count of the first block after this end. False if the level has none.
    bool add_to_next(int number, std::string_view end, const ClassCounts& change) {
        const auto block = block_after(number, end);
        if (block.count == nullptr) return false;
        *block.count += change;
        put_block(Level(list_, number).key(block.end), *block.count);
        return true;
    }

    /// Changes the counts of the blocks that contain the key, from `level` up. If a level ends
    /// before the key, so do all levels above it.
    void count_in_blocks(std::string_view rest, int level, const ClassCounts& change) {
        while (level <= kTopLevel && add_to_next(level, rest, change)) ++level;
    }

    void put_block(std::string_view key, const ClassCounts& count) {
        std::string value;
        append_counts(value, count);
        writes_.put(Table::ranks, key, value);
    }

    [[nodiscard]] ClassCounts block_at(const std::string& key) const {
        const auto count = writes_.get(Table::ranks, key);
        if (!count) rank_is_missing();
        return read_counts(*count);
    }

    ClassCounts take_block(int number, std::string_view rest) {
        const auto key = Level(list_, number).key(rest);
        const auto count = block_at(key);
        known_level(number).remove(rest);
        writes_.erase(Table::ranks, key);
        return count;
    }

    void put_totals() {
        if (totals().blocks == 0) return writes_.erase(Table::ranks, totals_key(list_));
        std::string value;
        keys::append_number(value, totals().blocks);
        append_counts(value, totals().keys);
        writes_.put(Table::ranks, totals_key(list_), value);
    }

    [[nodiscard]] KnownLevel& known_level(int number) {
        return known_.levels.at(static_cast<std::size_t>(number - 1));
    }

    [[nodiscard]] Totals& totals() { return *known_.totals; }

    WriteSet& writes_;
    KnownList& known_;
    const RankedList& list_;
};

}  // namespace

void insert(
    WriteSet& writes,
    KnownRanks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class
) {
    Ranks(writes, known, list).insert(rest, key_class);
    writes.put(list.index, list.prefix + std::string(rest), value_of(key_class));
}

void erase(
    WriteSet& writes,
    KnownRanks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class
) {
    Ranks(writes, known, list).erase(rest, key_class);
    writes.erase(list.index, list.prefix + std::string(rest));
}

void reclassify(
    WriteSet& writes,
    KnownRanks& known,
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
