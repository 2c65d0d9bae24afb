#pragma once
// The blocks of ranks that were changed last, so that a popular list is not searched for each key.

#include "projections/class_counts.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

/// What the only writer of some lists knows about their rows in Table::ranks, by the keys of the
/// rows. It must be notified of each change, and be discarded if a change is not committed.
/// Bounded: the least recently used block is forgotten first. Not thread-safe.
class KnownBlocks {
  public:
    explicit KnownBlocks(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// The first block of a level that ends after a key. `count` is empty if the level has none;
    /// then `end` is a key after all rows of the level.
    struct Block {
        std::string end;
        std::optional<ClassCounts> count;
    };

    /// Empty if it is not known.
    [[nodiscard]] std::optional<Block> find_after(std::string_view key);

    /// `block` is the first that ends after `key`.
    void learn(std::string_view key, const Block& block);

    /// There is a new block.
    void add(std::string_view end, const ClassCounts& count);
    void change_count(std::string_view end, const ClassCounts& count);
    void remove(std::string_view end);

  private:
    struct Known;
    using ByEnd = std::map<std::string, Known, std::less<>>;
    using Recent = std::list<ByEnd::iterator>;

    struct Known {
        std::string from;  ///< No block of the level ends after it and before this one.
        std::optional<ClassCounts> count;
        Recent::iterator place;
    };

    ByEnd::iterator insert(std::string_view end, std::string_view from);
    void erase(ByEnd::iterator block);
    void shrink();

    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    ByEnd by_end_;
    Recent recent_;  ///< The most recent first.
};

}  // namespace consularia::projections
