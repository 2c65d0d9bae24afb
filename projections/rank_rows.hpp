#pragma once
// The rows of ranks (ranks.hpp), for the files that search and change them.

#include "projections/class_counts.hpp"
#include "projections/keys.hpp"
#include "projections/ranked_list.hpp"
#include "projections/read_store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace consularia::projections {

/// Up to 64^4 keys cost the same work as a few; beyond that the cost grows slowly.
inline constexpr int kTopLevel = 4;

[[noreturn]] void rank_is_missing();

void append_counts(std::string& value, const ClassCounts& counts);
[[nodiscard]] ClassCounts read_counts(std::string_view value);

/// The value of a key.
[[nodiscard]] std::string value_of(KeyClass key_class);
[[nodiscard]] KeyClass class_of(std::string_view value);

/// What a list with blocks consists of.
struct Totals {
    std::uint64_t blocks = 0;  ///< Those of level 1.
    ClassCounts keys;          ///< Only counted if there are blocks.
};

[[nodiscard]] std::string totals_key(const RankedList& list);
[[nodiscard]] Totals totals_of(const Reader& reader, const RankedList& list);

/// The rows of one level. Level 0 consists of the index keys themselves, each a block of one.
struct Level {
    Table table{};
    std::string prefix;
    bool counted = false;

    Level(const RankedList& list, int level);

    [[nodiscard]] std::string key(std::string_view rest) const;

    /// The blocks after this end; if it is empty, all.
    [[nodiscard]] std::unique_ptr<Cursor> blocks_after(const Reader& reader, std::string_view end)
        const;

    /// The blocks that end at this rest or after it.
    [[nodiscard]] std::unique_ptr<Cursor> blocks_from(const Reader& reader, std::string_view rest)
        const;

    [[nodiscard]] std::string_view end_of(const Cursor& cursor) const {
        return cursor.key().substr(prefix.size());
    }

    [[nodiscard]] ClassCounts count_of(const Cursor& cursor) const {
        return counted ? read_counts(cursor.value()) : ClassCounts::one(class_of(cursor.value()));
    }
};

/// The highest level at which the list has blocks. Higher levels come first.
[[nodiscard]] int top_of(const Reader& reader, const RankedList& list);

/// The keys of a list without blocks.
[[nodiscard]] ClassCounts count_keys(const Reader& reader, const RankedList& list);

}  // namespace consularia::projections
