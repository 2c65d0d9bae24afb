#pragma once
// Asks for the ends of the log in such a way that partitions that do not answer hold up no others.

#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>

namespace consularia::ledger {

/// Asks one question for all partitions, except for those that did not answer the last time: these
/// are asked one by one, with less time, until one of them fails to answer again. Not thread-safe.
class Ends {
  public:
    explicit Ends(Ledger& ledger) : ledger_(ledger) {}

    /// The ends of those partitions for which they can be determined now (Ledger::find_ends).
    [[nodiscard]] std::map<Partition, Position> ask(const std::set<Partition>& partitions);

    struct Problem {
        std::string why;
        Reach reach = Reach::everywhere;
    };

    /// Why the last question about this partition had no answer.
    [[nodiscard]] Problem problem(Partition partition) const;

  private:
    [[nodiscard]] bool ask_together(
        const std::vector<Partition>& partitions,
        std::chrono::milliseconds timeout,
        std::map<Partition, Position>& ends
    );

    Ledger& ledger_;
    std::deque<Partition> silent_;  ///< The partition that has been silent for longest comes first.
    std::map<Partition, Problem> problems_;
};

}  // namespace consularia::ledger
