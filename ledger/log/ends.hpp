#pragma once
// Asks where the log ends, so that partitions that do not answer hold up no others.

#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>

namespace consularia::ledger {

/// One question for all partitions, except for those that did not answer the last time: they are
/// asked one by one, with less time, and no more of them once one has not answered again.
/// Not thread-safe.
class Ends {
  public:
    explicit Ends(Ledger& ledger) : ledger_(ledger) {}

    /// The ends of those of these partitions for which it can be known now (Ledger::find_ends).
    [[nodiscard]] std::map<Partition, Position> ask(const std::set<Partition>& partitions);

    struct Problem {
        std::string why;
        Scope scope = Scope::everywhere;
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
    std::deque<Partition> silent_;  ///< Who has not answered longest first.
    std::map<Partition, Problem> problems_;
};

}  // namespace consularia::ledger
