#pragma once
// A node of the simulation, sound or with one planted fault.

#include "ledger/commands/processor.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/memory_state_store.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace consularia::test {

/// The faults of a node. The simulation must find each of them, or it proves nothing. They are
/// planted around the processor, not in it.
enum class Fault {
    none,
    answers_before_the_verdict,   ///< Acknowledged is as good as accepted.
    accepts_without_prevhash,     ///< The acceptance rule looks at sequences alone.
    accepts_everything,           ///< There is no acceptance rule.
    refuses_without_sync,         ///< What appends nothing is answered from the state at hand.
    decides_unknown_fates_again,  ///< As if an append that may have happened had not.
};

/// Not thread-safe.
class SimulatedNode {
  public:
    /// Called when a planted fault answers a record's command too early.
    using EarlyAnswer = std::function<void(const std::string& value)>;

    SimulatedNode(
        MemoryLedger& ledger,
        ledger::Writer writer,
        Fault fault,
        ledger::ProcessorLimits limits,
        EarlyAnswer early_answer
    );
    ~SimulatedNode();

    /// A new process: its commands are lost. Its state store survives, or is rebuilt.
    void restart(bool keep_state);

    void submit(ledger::Partition partition, ledger::Submission submission, ledger::ReplyHandler);

    /// Whether the partition's processor is within a step: only others can act then.
    [[nodiscard]] bool busy(ledger::Partition partition) const { return busy_[partition]; }

    /// Returns whether another step would do something at once; swallows StorageError.
    bool step(ledger::Partition partition);
    [[nodiscard]] ledger::Position applied(ledger::Partition partition) const;
    [[nodiscard]] std::size_t unanswered() const;

    ManualClock clock;
    std::unique_ptr<MemoryStateStore> store;

  private:
    class FaultyLedger;

    [[nodiscard]] std::unique_ptr<MemoryStateStore> make_store() const;
    ledger::ReplyHandler repeat_not_appended(
        ledger::Partition partition, ledger::Submission submission, ledger::ReplyHandler reply
    );

    const Fault fault_;
    const ledger::RecordCodec& codec_;  ///< Every other node writes the older format.
    const ledger::ProcessorLimits limits_;
    std::unique_ptr<FaultyLedger> ledger_;
    std::vector<std::unique_ptr<ledger::PartitionProcessor>> processors_;
    std::vector<bool> busy_;
    std::vector<std::vector<ledger::Pending>> repeated_;
};

}  // namespace consularia::test
