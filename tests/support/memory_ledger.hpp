#pragma once
// A ledger in memory with the faults that a test asks for.

#include "ledger/log/ledger.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace consularia::test {

/// What happens to one append. Numbers are places in the batch: each may be missing, come twice, or
/// come in another order than it was given.
struct AppendPlan {
    std::vector<std::size_t> lands;    ///< In the log when append() returns.
    std::vector<std::size_t> delayed;  ///< In the log after release_delayed().
    enum class Report { appended, fate_unknown, failed, closed, out_of_storage, storage_error };
    Report report = Report::appended;

    [[nodiscard]] static AppendPlan land(std::size_t records, Report report = Report::appended);
    [[nodiscard]] static AppendPlan lose(Report report = Report::fate_unknown);
    [[nodiscard]] static AppendPlan delay(std::size_t records);
};

struct MemoryLedgerOptions {
    std::string identity = "memory";
    ledger::Partition partitions = 1;
    bool shared = true;
};

/// Thread-safe. Hooks are called without a lock, on the thread that caused them.
class MemoryLedger final : public ledger::Ledger {
  public:
    /// Called before each append; may use this ledger. Default: everything lands.
    using Planner =
        std::function<AppendPlan(ledger::Partition, std::span<const std::string> values)>;
    /// Called before each next() of a tail: how many of the `available` entries it gets at most.
    /// May throw StorageError. Default: all.
    using TailGate = std::function<std::size_t(ledger::Partition, std::size_t available)>;

    explicit MemoryLedger(MemoryLedgerOptions options = {});
    ~MemoryLedger() override;

    [[nodiscard]] std::string identity() const override { return options_.identity; }

    [[nodiscard]] ledger::Partition partitions() const override { return options_.partitions; }

    [[nodiscard]] bool shared() const override { return options_.shared; }

    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    ) override;
    /// As append(); the log names this writer for the records.
    [[nodiscard]] ledger::AppendResult append_by(
        ledger::Writer writer, ledger::Partition partition, std::span<const std::string> values
    );
    [[nodiscard]] std::unique_ptr<ledger::Tail> tail(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    ) override;
    [[nodiscard]] std::vector<ledger::Position> find_ends(
        std::span<const ledger::Partition> partitions, std::chrono::milliseconds timeout
    ) override;

    void plan_appends(Planner planner);
    /// For the next append only, before the planner is asked.
    void plan_next(std::function<AppendPlan(std::span<const std::string> values)> plan);
    /// Called after each append, before it returns.
    void after_append(std::function<void()> hook);
    void gate_tails(TailGate gate);
    /// Tails leave out the entry at this position.
    void skip_entry(std::optional<ledger::Position> position);
    /// Called before the ends of these partitions are looked up; may throw StorageError.
    void before_ends(std::function<void(std::span<const ledger::Partition>)> hook);

    /// Another writer appends a record.
    void inject(
        ledger::Partition partition, std::string value, ledger::Writer writer = ledger::kNoWriter
    );
    /// Lets a delayed record land, by default the oldest; false when there is none.
    bool release_delayed(std::size_t which = 0);
    /// A delayed record never lands. Precondition: there is one.
    void drop_delayed(std::size_t which);
    [[nodiscard]] std::size_t delayed() const;
    /// Calls `ready` of all tails, as after a gate was opened.
    void ring_tails();

    [[nodiscard]] std::vector<std::string> values(ledger::Partition partition) const;
    [[nodiscard]] std::size_t appends() const;
    [[nodiscard]] std::size_t end_queries() const;

  private:
    class MemoryTail;

    struct Written {
        std::string value;
        ledger::Writer writer;
    };

    struct Delayed {
        ledger::Partition partition;
        Written written;
    };

    [[nodiscard]] AppendPlan next_plan(
        ledger::Partition partition, std::span<const std::string> values
    );
    [[nodiscard]] std::size_t values_from(ledger::Partition partition, ledger::Position position)
        const;
    void ring(ledger::Partition partition);

    template <class Hook>
    [[nodiscard]] Hook copy(const Hook& hook) const {
        const std::lock_guard lock(mutex_);
        return hook;
    }

    const MemoryLedgerOptions options_;

    mutable std::mutex mutex_;  // guards everything below
    std::vector<std::vector<Written>> logs_;
    std::vector<Delayed> delayed_;
    std::map<const MemoryTail*, std::pair<ledger::Partition, std::function<void()>>> tails_;
    Planner planner_;
    std::function<AppendPlan(std::span<const std::string>)> next_plan_;
    std::function<void()> after_append_;
    TailGate gate_;
    std::optional<ledger::Position> skipped_;
    std::function<void(std::span<const ledger::Partition>)> before_ends_;
    std::size_t appends_ = 0;
    std::size_t end_queries_ = 0;
};

}  // namespace consularia::test
