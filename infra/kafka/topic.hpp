#pragma once
// The topic that is a ledger: made with the settings that keep every record for ever, and refused
// with any other.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <string>
#include <vector>

namespace consularia::infra {

struct KafkaTopicView {
    ledger::Partition partitions = 0;
    std::vector<ledger::Partition> led;  ///< Those that have a leader; at least one.
};

/// Makes the topic when there is none and the options say so; several nodes may do so at once.
/// Then checks its settings. Waits for the partitions' leaders, but not long for some of them: what
/// has no leader stops nothing else.
///
/// Throws KafkaSettingRefused with the topic, the setting, what it is and what it must be,
/// KafkaUnreachable when the brokers do not answer by the deadline, StorageError when they refuse.
[[nodiscard]] KafkaTopicView open_kafka_topic(
    const KafkaClient& client, const KafkaLedgerOptions& options, KafkaDeadline deadline
);

/// The number of partitions of the topic, whatever its settings are, each of which has a leader.
/// Throws as open_kafka_topic.
[[nodiscard]] ledger::Partition find_kafka_topic(const KafkaClient& client, KafkaDeadline deadline);

/// Makes the topic, with Kafka's own settings, unless it is there. Throws as open_kafka_topic.
void make_kafka_work_topic(
    const KafkaClient& client, ledger::Partition partitions, KafkaDeadline deadline
);

/// `kafka/<id of the cluster>/<topic>`. A topic that was deleted and made again has the same: the
/// witness check tells it. Throws KafkaUnreachable.
[[nodiscard]] std::string kafka_identity(const KafkaClient& client, KafkaDeadline deadline);

}  // namespace consularia::infra
