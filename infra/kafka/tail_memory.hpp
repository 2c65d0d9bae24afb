#pragma once
// The shared memory of a ledger's tails: the last record read of each partition, and whether the
// log may have been replaced.

#include "infra/kafka/bells.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/hash.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace consularia::infra::kafka {

/// Thread-safe. Tails are reopened after an error, and the topic may have been recreated in
/// between: so the last record read is remembered here, not by a tail.
class TailMemory {
  public:
    /// Returns the hash.
    ledger::Hash note(ledger::Partition partition, const ledger::LogEntry& last);

    /// The last record read by an earlier process; in doubt until a tail has found it again.
    void recall(ledger::Partition partition, ledger::Position position, const ledger::Hash& hash);

    /// Empty when it is not known.
    [[nodiscard]] std::optional<ledger::Hash> hash_at(
        ledger::Partition partition, ledger::Position position
    ) const;

    /// This is not the log that was read before. Permanent: only a new start can determine what it
    /// is.
    void condemn(ledger::Partition partition, const std::string& why);

    /// Why the partition is condemned; empty if it is not.
    [[nodiscard]] std::string condemned(ledger::Partition partition) const;

    /// The bell to ring at a doubt: that of the partition's latest tail.
    void set_bell(ledger::Partition partition, const std::shared_ptr<Bell>& bell);

    /// The topic may have been replaced. A new doubt concerns all partitions of which something was
    /// read. Returns the bells to ring.
    [[nodiscard]] std::vector<std::shared_ptr<Bell>> doubt(ledger::Partition partition);

    /// The number of doubts so far.
    [[nodiscard]] std::uint64_t doubts(ledger::Partition partition) const;

    /// The first `doubts` doubts were groundless.
    void settle(ledger::Partition partition, std::uint64_t doubts);

    /// Also true if another partition is condemned: then this one cannot be trusted either. A
    /// partition of which nothing was read cannot compare by itself, and waits for the doubted
    /// ones.
    [[nodiscard]] bool in_doubt(ledger::Partition partition) const;

  private:
    struct Seen {
        ledger::Position position = 0;
        ledger::Hash hash{};
    };

    struct One {
        std::optional<Seen> last;
        std::string condemned;
        std::uint64_t raised = 0;
        std::uint64_t settled = 0;
        bool recalled = false;  ///< There is no doubt, but the recalled record has not been found
                                ///< yet.
        std::weak_ptr<Bell> bell;

        [[nodiscard]] bool is_settled() const { return settled == raised; }
    };

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::map<ledger::Partition, One> partitions_;
    bool any_condemned_ = false;
};

}  // namespace consularia::infra::kafka
