#pragma once
// The ranks that were changed last, so that a popular list is not searched for each key.

#include "projections/class_counts.hpp"
#include "projections/rank_rows.hpp"
#include "projections/ranked_list.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace consularia::projections {

/// The known blocks of one level of a list, by the rests of the keys that end them.
class KnownLevel {
  public:
    /// The first block that ends after a key; `count` is null if the level has none. Both are valid
    /// until the level changes.
    struct Found {
        std::string_view end;
        ClassCounts* count = nullptr;
    };

    /// Empty if it is not known.
    [[nodiscard]] std::optional<Found> find_after(std::string_view rest);

    /// The first block that ends after `rest` ends here, and has this count.
    void learn(std::string_view rest, std::string_view end, const ClassCounts& count);
    /// No block ends after `rest`.
    void learn_none_after(std::string_view rest);

    /// There is a new block.
    void add(std::string_view end, const ClassCounts& count);
    void change_count(std::string_view end, const ClassCounts& count);
    void remove(std::string_view end);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Known {
        std::string from;  ///< No block of the level ends after it and before this one.
        ClassCounts count;
    };

    void insert(std::string_view end, std::string_view from, const ClassCounts& count);

    std::map<std::string, Known, std::less<>> by_end_;
    std::optional<std::string> none_after_;  ///< No block of the level ends after it.
    std::size_t bytes_ = 0;
};

/// What is known about one list.
struct KnownList {
    std::optional<Totals> totals;
    std::array<KnownLevel, kTopLevel> levels;  ///< From level 1 up.

    [[nodiscard]] std::size_t bytes() const;
};

/// What the only writer of some lists knows about their rows in Table::ranks. It must be notified
/// of each change, and be discarded if a change is not committed. Bounded: the least recently used
/// list is forgotten first. Not thread-safe.
class KnownRanks {
  public:
    explicit KnownRanks(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    KnownRanks(KnownRanks&&) = default;  // its nodes stay where they are
    KnownRanks& operator=(KnownRanks&&) = default;

    /// What is known about the list, to be used and added to until the next call.
    [[nodiscard]] KnownList& of(const RankedList& list);

  private:
    struct Entry {
        std::string key;
        KnownList list;
        std::size_t bytes = 0;  ///< As counted when another list was asked for.
    };

    void shrink();

    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> recent_;  ///< The most recent first.
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace consularia::projections
