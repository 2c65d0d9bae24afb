#pragma once
// Everything that can go wrong between the nodes of a simulation and their log.

#include "tests/support/memory_ledger.hpp"
#include "tests/support/memory_state_store.hpp"
#include "tests/support/simulation/chance.hpp"

#include <functional>
#include <vector>

namespace consularia::test {

/// Probabilities in percent. Each seed has its own: none, a few, or many.
struct Misfortune {
    explicit Misfortune(Chance& chance);

    int races;          ///< Others act within an append or a query.
    int unknown_fates;  ///< An append without a report: landed, lost, delayed, or in part.
    int duplicates;     ///< Records land twice.
    int refused_appends;
    int storage_errors;  ///< In the log or the read store.
    int late_tails;
    int foreign_records;
    int freezes;  ///< Foreign records: a fact that nobody can read.
    int restarts;
    int clock_jumps;
    int long_waits;
};

/// Not thread-safe. Installs itself in the ledger.
class Adversary {
  public:
    /// `interleave` lets another participant act; called within appends and queries.
    Adversary(
        MemoryLedger& ledger,
        Chance& chance,
        std::vector<domain::OrganizationId> organizations,
        std::function<void()> interleave
    );

    /// No more faults from here on: nothing is late, and each delayed record lands or is lost.
    void retire();

    /// A writer that is no node appends a record.
    void append_foreign();
    /// One delayed record lands, or is lost.
    void release_or_drop();
    /// The store fails from time to time.
    void haunt(MemoryStateStore& store);

    const Misfortune misfortune;

  private:
    AppendPlan plan(std::size_t records);
    AppendPlan unknown_fate(std::size_t records);
    std::string foreign_value(ledger::Partition& partition);
    std::string foreign_fact(domain::OrganizationId organization);
    void maybe_fail();
    void watch();

    MemoryLedger& ledger_;
    Chance& chance_;
    const std::vector<domain::OrganizationId> organizations_;
    const std::function<void()> interleave_;
    MemoryStateStore watcher_;  // what an outsider who applies the right rule knows
    std::uint32_t foreign_events_ = 0;
    bool retired_ = false;
};

}  // namespace consularia::test
