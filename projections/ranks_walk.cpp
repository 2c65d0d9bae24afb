// keys_in() of ranks.hpp.
#include "projections/keys.hpp"
#include "projections/rank_rows.hpp"
#include "projections/ranks.hpp"

#include <utility>

namespace consularia::projections {
namespace {

/// Collects keys of some classes, and passes the blocks that have none.
class Collector {
  public:
    Collector(
        const Reader& reader, const RankedList& list, const KeyRange& range, std::uint64_t limit
    )
        : reader_(reader), list_(list), range_(range), limit_(limit) {}

    [[nodiscard]] std::vector<std::string> collect() && {
        // Without other classes there is nothing to pass.
        const bool all = range_.classes == KeyClasses::all();
        walk(all ? 0 : top_of(reader_, list_), std::string(range_.from), std::string(range_.to));
        return std::move(found_);
    }

  private:
    /// Collects the keys from `from` on and before `to`; if that is empty, all.
    void walk(int number, std::string from, const std::string& to) {
        const Level level(list_, number);
        const auto cursor = level.blocks_from(reader_, from);
        for (; cursor->valid() && found_.size() < limit_; cursor->next()) {
            const auto end = level.end_of(*cursor);
            if (!to.empty() && end >= to) break;
            const bool wanted = level.count_of(*cursor).sum(range_.classes) > 0;
            if (number == 0) {
                if (wanted) found_.emplace_back(end);
                continue;
            }
            auto next = keys::after(end);
            if (wanted) walk(number - 1, std::move(from), next);
            from = std::move(next);
        }
        // Behind the last block, or in the one that `to` lies in.
        if (number > 0 && found_.size() < limit_) walk(number - 1, std::move(from), to);
    }

    const Reader& reader_;
    const RankedList& list_;
    const KeyRange range_;
    const std::uint64_t limit_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> keys_in(
    const Reader& reader, const RankedList& list, const KeyRange& range, std::uint64_t limit
) {
    return Collector(reader, list, range, limit).collect();
}

}  // namespace consularia::projections
