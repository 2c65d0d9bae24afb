#pragma once
// Which node works for which partition when nobody asks it to: a consumer group over a topic of its
// own, in which there is never a record. Only an affinity: two nodes that act do no harm.

#include "infra/kafka/options.hpp"
#include "ledger/record/acceptance.hpp"

#include <memory>
#include <thread>

namespace consularia::infra::kafka {

/// Thread-safe.
class Group {
  public:
    /// Does not wait for brokers: a thread of its own makes the topic `<topic>.work` when there is
    /// none, joins, and tries again while that fails. Throws SettingRefused.
    Group(const Options& options, ledger::Partition partitions);
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    /// Leaves the group, so that others take over at once. Bounded: after five seconds its thread
    /// is left behind.
    ~Group();

    /// False until the group has given it to this node.
    [[nodiscard]] bool is_ours(ledger::Partition partition) const;

  private:
    class Member;
    const std::shared_ptr<Member> member_;
    std::thread thread_;
};

}  // namespace consularia::infra::kafka
