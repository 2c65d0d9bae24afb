#pragma once
// Assigns background work on partitions to nodes: a consumer group over a topic of its own, which
// never contains a record. Only an affinity: if two nodes act, no harm is done.

#include "infra/kafka/options.hpp"
#include "ledger/record/acceptance.hpp"

#include <memory>
#include <thread>

namespace consularia::infra::kafka {

/// Thread-safe.
class Group {
  public:
    /// Does not wait for brokers: a separate thread creates the topic `<topic>.work` if it is
    /// absent, enters the group, and tries again while that fails. Throws SettingRefused.
    Group(const Options& options, ledger::Partition partitions);
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    /// Leaves the group, so that others take over at once. Bounded: after five seconds the thread
    /// is abandoned.
    ~Group();

    /// False until the group has assigned the partition to this node.
    [[nodiscard]] bool is_ours(ledger::Partition partition) const;

  private:
    class Member;
    const std::shared_ptr<Member> member_;
    std::thread thread_;
};

}  // namespace consularia::infra::kafka
