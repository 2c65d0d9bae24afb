#pragma once
// The topic that is a ledger: made with the settings that keep every record for ever, and refused
// with any other.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <string>
#include <vector>

namespace consularia::infra::kafka {

struct TopicView {
    ledger::Partition partitions = 0;
    std::vector<ledger::Partition> led;  ///< Those that have a leader; at least one.
};

/// Makes the topic when there is none and the options say so; several nodes may do so at once.
/// Then checks its settings. Waits for the partitions' leaders, but not long for some of them: what
/// has no leader stops nothing else.
///
/// Throws SettingRefused with the topic, the setting, what it is and what it must be,
/// Unreachable when the brokers do not answer by the deadline, StorageError when they refuse.
[[nodiscard]] TopicView open_topic(const Client& client, const Options& options, Deadline deadline);

/// The number of partitions of the topic, whatever its settings are, each of which has a leader.
/// Throws as open_topic.
[[nodiscard]] ledger::Partition find_topic(const Client& client, Deadline deadline);

/// Makes the topic, with Kafka's own settings, unless it is there. Throws as open_topic.
void make_work_topic(const Client& client, ledger::Partition partitions, Deadline deadline);

/// `kafka/<id of the cluster>/<topic>`. A topic that was deleted and made again has the same: the
/// witness check tells it. Throws Unreachable.
[[nodiscard]] std::string identity(const Client& client, Deadline deadline);

}  // namespace consularia::infra::kafka
