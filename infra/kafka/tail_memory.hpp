#pragma once
// What a ledger's tails know together: what was read last of each partition, and whether the log
// may be another one by now.

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

/// Thread-safe. Tails are opened again after an error, and the topic may have been recreated
/// meanwhile: so the last record that was read is remembered here, not by a tail.
class TailMemory {
  public:
    /// Returns the hash.
    ledger::Hash note(ledger::Partition partition, const ledger::LogEntry& last);

    /// What was read in an earlier life; in doubt until a tail has found it again.
    void recall(ledger::Partition partition, ledger::Position position, const ledger::Hash& hash);

    /// Empty when it is not known.
    [[nodiscard]] std::optional<ledger::Hash> hash_at(
        ledger::Partition partition, ledger::Position position
    ) const;

    /// This is not the log that was read before. For good: only a new start can tell what it is.
    void condemn(ledger::Partition partition, const std::string& why);

    /// Why; empty while nothing is wrong.
    [[nodiscard]] std::string condemned(ledger::Partition partition) const;

    /// What is rung at a doubt: the bell of the partition's latest tail.
    void set_bell(ledger::Partition partition, const std::shared_ptr<Bell>& bell);

    /// The topic may be another one. A new doubt is one about all partitions of which something was
    /// read. Returns the bells to ring.
    [[nodiscard]] std::vector<std::shared_ptr<Bell>> doubt(ledger::Partition partition);

    /// How many there were.
    [[nodiscard]] std::uint64_t doubts(ledger::Partition partition) const;

    /// The first `doubts` of them were groundless.
    void settle(ledger::Partition partition, std::uint64_t doubts);

    /// Also when another partition is condemned: nobody knows then what this one is. One of which
    /// nothing was read cannot tell by itself, and waits for those that doubts came up about.
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
        bool recalled = false;  ///< What is to be settled was not doubted, only not found yet.
        std::weak_ptr<Bell> bell;

        [[nodiscard]] bool is_settled() const { return settled == raised; }
    };

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::map<ledger::Partition, One> partitions_;
    bool any_condemned_ = false;
};

}  // namespace consularia::infra::kafka
