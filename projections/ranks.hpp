#pragma once
// Order statistics over the index tables: how many keys of some classes precede a key, and which of
// them is the nth, without counting.
//
// A skip list whose levels come from a hash of the key. A key ends a block of level L with
// probability 64^-L; a block contains the keys after the level's previous end, up to and including
// its own. Each block has a row in Table::ranks:
//     index table (1 byte) | list's prefix | 255 - L (1 byte) | key that ends the block -> counts
// and, if there is any, the list has a row with the numbers of blocks of level 1 and of keys:
//     index table (1 byte) | list's prefix | 0 (1 byte) -> blocks | counts
// Counts are a class (1 byte) and its number of keys, for each class that has any, ascending. The
// value of a key is its class (1 byte), and is empty for class 0.
// Keys after the last end of a level belong to no block of it. So the rows are a function of the
// set of keys and their classes, independent of its history and distribution. Their number is a
// 63rd of that of the index, and a list of a few keys has none.

#include "projections/known_ranks.hpp"
#include "projections/ranked_list.hpp"
#include "projections/read_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

/// Adds a key. Precondition: it is not there. `known` knows about the ranks of lists that nobody
/// else changes.
void insert(
    WriteSet& writes,
    KnownRanks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class = 0
);

/// Removes a key. Precondition: it is there, in this class.
void erase(
    WriteSet& writes,
    KnownRanks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass key_class = 0
);

/// Moves a key to another class. Precondition: it is there, in the first one.
void reclassify(
    WriteSet& writes,
    KnownRanks& known,
    const RankedList& list,
    std::string_view rest,
    KeyClass from,
    KeyClass to
);

/// How many keys of these classes the list has.
[[nodiscard]] std::uint64_t size(
    const Reader& reader, const RankedList& list, KeyClasses classes = KeyClasses::all()
);

/// How many keys of these classes have a smaller rest, whether or not this one is there.
[[nodiscard]] std::uint64_t rank(
    const Reader& reader,
    const RankedList& list,
    std::string_view rest,
    KeyClasses classes = KeyClasses::all()
);

/// The rest of the key of these classes that is preceded by n others of them; empty if there is
/// none.
[[nodiscard]] std::optional<std::string> select(
    const Reader& reader,
    const RankedList& list,
    std::uint64_t n,
    KeyClasses classes = KeyClasses::all()
);

/// What selects keys of a list.
struct KeyRange {
    std::string_view from;  ///< The first rest.
    std::string_view to;    ///< The first rest behind them; empty: no limit.
    KeyClasses classes = KeyClasses::all();
};

/// The rests of the first `limit` keys of a range. However rare the classes are, it reads at most a
/// few blocks for each of them.
[[nodiscard]] std::vector<std::string> keys_in(
    const Reader& reader, const RankedList& list, const KeyRange& range, std::uint64_t limit
);

}  // namespace consularia::projections
