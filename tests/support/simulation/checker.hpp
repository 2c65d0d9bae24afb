#pragma once
// Judges the history of a simulation by the facts in its log.

#include "tests/support/memory_ledger.hpp"
#include "tests/support/memory_state_store.hpp"
#include "tests/support/simulation/history.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace consularia::test {

/// Linearizability, organization by organization. An operation's point is a number of facts: that
/// of its own fact, or that of the state that its answer rests on. An answer is sound when the
/// state at its point gives exactly that answer, was there by the time of the response, and is not
/// older than the points of all operations that were answered before this one was invoked.
class Checker {
  public:
    Checker(const MemoryLedger& ledger, std::chrono::microseconds idempotency_ttl);

    /// One sentence for each violation.
    [[nodiscard]] std::vector<std::string> check(const History& history);

    /// The final state of every node.
    [[nodiscard]] const State& final_state() const { return final_state_; }

    [[nodiscard]] std::size_t facts() const;

    [[nodiscard]] std::size_t voids() const { return voids_; }

  private:
    struct Fact {
        ledger::Position position;
        std::string value;
        std::shared_ptr<const OrganizationState> after;
    };

    struct Point {
        Moment responded;
        ledger::Sequence sequence;
    };

    struct Place {
        domain::OrganizationId organization;
        ledger::Sequence sequence = 0;
    };

    void read_log(const MemoryLedger& ledger);
    void check_chains();
    void check_done_once();
    void check_operation(const Operation& operation);
    void check_accepted(const Operation& operation, const ledger::Accepted& accepted);
    void check_without_fact(const Operation& operation);
    void check_unknown(const Operation& operation);
    void check_read(const Read& read);
    void check_written(const Operation& operation, ledger::Sequence sequence);

    [[nodiscard]] const std::vector<Fact>& facts_of(domain::OrganizationId organization);
    [[nodiscard]] State state_at(domain::OrganizationId organization, ledger::Sequence sequence);
    [[nodiscard]] bool gives(const Operation& operation, ledger::Sequence sequence);
    /// The latest point of what was answered before this moment.
    [[nodiscard]] ledger::Sequence lower_bound(domain::OrganizationId organization, Moment invoked);
    /// The facts that were in the log when it ended there.
    [[nodiscard]] ledger::Sequence upper_bound(
        domain::OrganizationId organization, ledger::Position log_end
    );
    void add_point(domain::OrganizationId organization, Moment, ledger::Sequence);
    void complain(const std::string& what);
    void complain(const Operation& operation, const std::string& what);

    const std::chrono::microseconds ttl_;
    std::map<domain::OrganizationId, std::vector<Fact>> facts_;
    std::map<domain::EventId, Place> places_;
    std::map<domain::OrganizationId, std::vector<Point>> points_;
    State final_state_;
    std::size_t voids_ = 0;
    std::vector<std::string> complaints_;
};

}  // namespace consularia::test
