#pragma once
// The broker of these tests, and foreign clients that do what no ledger of ours would do.

#include "infra/kafka/options.hpp"
#include "ledger/log/ledger.hpp"

#include <map>
#include <optional>
#include <string>

namespace consularia::test {

/// From the environment variable CONSULARIA_TEST_KAFKA; throws, and so fails the test, without it.
[[nodiscard]] std::string bootstrap_servers();

/// A name that no topic has had before.
[[nodiscard]] std::string new_topic_name();

/// The options of a ledger with this topic.
[[nodiscard]] infra::kafka::Options kafka_options(
    std::string topic, std::optional<ledger::Partition> partitions = std::nullopt
);

using TopicSettings = std::map<std::string, std::string>;

/// The settings of a ledger's topic on a single broker.
[[nodiscard]] TopicSettings good_topic_settings();
void create_topic(
    const std::string& topic, const TopicSettings& settings, ledger::Partition partitions = 1
);
/// Returns when the broker has none of that name any more.
void delete_topic(const std::string& topic);
/// The settings that the topic has.
[[nodiscard]] TopicSettings settings_of(const std::string& topic);
[[nodiscard]] ledger::Partition partitions_of(const std::string& topic);
void delete_records_before(const std::string& topic, ledger::Position position);

/// Writes any bytes to partition 0. Each call returns when they are durable.
void produce(
    const std::string& topic, const std::string& key, const std::optional<std::string>& value
);
/// The same, with a header.
void produce_with_header(
    const std::string& topic,
    const std::string& value,
    const std::string& header,
    const std::string& header_value
);
/// The same in a transaction, which leaves a marker behind it in the log. Nobody else writes at the
/// same time.
void produce_in_transaction(const std::string& topic, const std::string& value);

struct StoredRecord {
    std::string key;
    std::string content_type;  ///< The value of the header of that name.
};

/// Key and content type of the first record in the partition.
[[nodiscard]] StoredRecord first_record(const std::string& topic, ledger::Partition partition);

}  // namespace consularia::test
