#pragma once
// A state store in memory: the simplest implementation of StateStore.

#include "ledger/commands/state_store.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace consularia::test {

/// All that is known of one organization.
struct OrganizationState {
    ledger::Head head;
    bool frozen = false;
    std::map<ledger::AggregateId, ledger::State> states;  ///< Without absent ones.
    std::map<std::string, ledger::Remembered> remembered;
};

/// Each version of an organization's state is made once and shared by all readers.
using State = std::map<domain::OrganizationId, std::shared_ptr<const OrganizationState>>;

/// Whether both have equal contents; an organization without facts counts as absent.
[[nodiscard]] bool equal(const State& a, const State& b);

/// A reader of a state that was kept.
[[nodiscard]] std::unique_ptr<ledger::StateReader> read_state(
    State state, std::function<bool()> fails = {}
);

/// The rendering of tests: the appointment and its version. Empty when it is absent.
[[nodiscard]] std::string describe(const ledger::State& state);

/// Thread-safe.
class MemoryStateStore final : public ledger::StateStore {
  public:
    struct Options {
        ledger::Partition partitions = 1;
        std::chrono::microseconds idempotency_ttl = ledger::kIdempotencyTtl;
        /// Replaces the acceptance rule, for faulty stores.
        std::function<bool(const ledger::ChainLink&, const ledger::Head&)> accept = {};
        /// The most that one apply() takes.
        std::size_t entries_at_once = SIZE_MAX;
    };

    MemoryStateStore() : MemoryStateStore(Options{}) {}

    explicit MemoryStateStore(Options options);

    [[nodiscard]] std::unique_ptr<ledger::StateReader> read() const override;
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const override;
    std::vector<ledger::Judged> apply(
        ledger::Partition partition,
        std::span<const ledger::LogEntry> entries,
        const ledger::AwaitedOf& awaited
    ) override;

    /// Called before apply() changes anything; may throw StorageError.
    void before_apply(std::function<void()> hook);
    /// Called after apply() has changed everything; may throw StorageError, although no store may.
    void after_apply(std::function<void()> hook);
    /// Called with what apply() was asked to keep of each record.
    void on_wanted(std::function<void(const ledger::Hash&, ledger::Wanted)> hook);
    /// Called before read(); may throw StorageError.
    void before_read(std::function<void()> hook);

    /// Asked at each look-up in states that were read since: whether it throws StorageError.
    void fail_lookups(std::function<bool()> fails);

    [[nodiscard]] State state() const;

  private:
    ledger::Judged judge(ledger::Partition partition, const ledger::LogEntry& entry);
    void evolve(OrganizationState& state, const ledger::LogEntry& entry, ledger::Judged& judged)
        const;

    const Options options_;

    mutable std::mutex mutex_;  // guards everything below
    State state_;
    std::vector<ledger::Position> next_;
    std::function<void()> before_apply_;
    std::function<void()> after_apply_;
    std::function<void()> before_read_;
    std::function<void(const ledger::Hash&, ledger::Wanted)> on_wanted_;
    std::function<bool()> fail_lookups_;
};

}  // namespace consularia::test
