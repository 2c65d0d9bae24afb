#pragma once
// The topic of a ledger: created with settings that keep every record for ever, and refused with
// any others.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <string>
#include <vector>

namespace consularia::infra::kafka {

struct TopicView {
    ledger::Partition partitions = 0;
    std::vector<ledger::Partition> led;  ///< The partitions with a leader; at least one.
};

/// Creates the topic if it is absent and the options allow it; several nodes may do so at once.
/// Then checks its settings. Waits for the partitions' leaders, but not long for the last of them:
/// a partition without a leader holds up nothing else.
///
/// Throws SettingRefused with the topic, the setting, its value and the required one; Unreachable
/// if the brokers do not answer by the deadline; StorageError if they refuse.
[[nodiscard]] TopicView open_topic(const Client& client, const Options& options, Deadline deadline);

/// The number of partitions of the topic, whatever its settings are; each has a leader. Throws like
/// open_topic.
[[nodiscard]] ledger::Partition find_topic(const Client& client, Deadline deadline);

/// Creates the topic, with Kafka's default settings, unless it exists. Throws like open_topic.
void make_work_topic(const Client& client, ledger::Partition partitions, Deadline deadline);

/// Creates the topic in which nodes keep how far webhooks have got, if it is absent, and checks
/// that it is compacted. Returns its number of partitions, which each have a leader. Throws like
/// open_topic.
[[nodiscard]] ledger::Partition open_progress_topic(
    const Client& client, ledger::Partition partitions, Deadline deadline
);

/// `kafka/<id of the cluster>/<topic>`. A topic that was deleted and recreated has the same
/// identity: the witness check detects it. Throws Unreachable.
[[nodiscard]] std::string identity(const Client& client, Deadline deadline);

}  // namespace consularia::infra::kafka
