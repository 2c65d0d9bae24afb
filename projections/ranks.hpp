#pragma once
// Order statistics over the index tables: how many keys precede a key, and which key is the nth,
// without counting.
//
// A skip list whose levels come from a hash of the key. A key ends a block of level L with
// probability 64^-L; a block contains the keys after the level's previous end, up to and including
// its own. Each block has a row in Table::ranks:
//     index table (1 byte) | list's prefix | 255 - L (1 byte) | key that ends the block -> count
// and, if there is any, the list has a row with the numbers of blocks of level 1 and of keys:
//     index table (1 byte) | list's prefix | 0 (1 byte) -> blocks | keys
// Keys after the last end of a level belong to no block of it. So the rows are a function of the
// set of keys, independent of its history and distribution. Their number is a 63rd of that of the
// index, and a list of a few keys has none.

#include "projections/known_blocks.hpp"
#include "projections/read_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

/// The keys of an index table that begin with `prefix`, ordered by the rest, which is not empty.
/// No list's prefix is the beginning of another's in the same table.
struct RankedList {
    Table index{};
    std::string prefix;
};

/// All organizations of all partitions (keys::place).
[[nodiscard]] inline RankedList organization_list() {
    return {Table::organizations_by_creation, ""};
}

/// Adds a key with an empty value. Precondition: it is not there. `known` knows about the ranks of
/// lists that nobody else changes.
void insert(WriteSet& writes, KnownBlocks& known, const RankedList& list, std::string_view rest);

/// Removes a key. Precondition: it is there.
void erase(WriteSet& writes, KnownBlocks& known, const RankedList& list, std::string_view rest);

/// How many keys the list has.
[[nodiscard]] std::uint64_t size(const Reader& reader, const RankedList& list);

/// How many keys of the list have a smaller rest, whether or not this one is there.
[[nodiscard]] std::uint64_t rank(
    const Reader& reader, const RankedList& list, std::string_view rest
);

/// The rest of the key that is preceded by n others; empty if there is none.
[[nodiscard]] std::optional<std::string> select(
    const Reader& reader, const RankedList& list, std::uint64_t n
);

}  // namespace consularia::projections
