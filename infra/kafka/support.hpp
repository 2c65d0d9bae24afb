#pragma once
// librdkafka's objects as handles that free themselves, its configuration, and its words for
// errors.

#include "infra/kafka/options.hpp"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra {

template <auto kFree>
struct KafkaFree {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaFree<rd_kafka_conf_destroy>>;
using KafkaHandle = std::unique_ptr<rd_kafka_t, KafkaFree<rd_kafka_destroy>>;
using KafkaTopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaFree<rd_kafka_topic_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, KafkaFree<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, KafkaFree<rd_kafka_event_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, KafkaFree<rd_kafka_error_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaFree<rd_kafka_message_destroy>>;
using KafkaPartition =
    std::unique_ptr<rd_kafka_topic_partition_t, KafkaFree<rd_kafka_topic_partition_destroy>>;
using KafkaPartitions = std::
    unique_ptr<rd_kafka_topic_partition_list_t, KafkaFree<rd_kafka_topic_partition_list_destroy>>;
using KafkaAdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, KafkaFree<rd_kafka_AdminOptions_destroy>>;
using KafkaNewTopic = std::unique_ptr<rd_kafka_NewTopic_t, KafkaFree<rd_kafka_NewTopic_destroy>>;
using KafkaConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, KafkaFree<rd_kafka_ConfigResource_destroy>>;

/// For the end of a sentence.
[[nodiscard]] std::string words_of(rd_kafka_resp_err_t error);

/// Whether it goes away by itself once the brokers can be reached and have settled.
[[nodiscard]] bool is_transient(rd_kafka_resp_err_t error);

using KafkaSettings = std::vector<std::pair<std::string, std::string>>;

/// What all clients have in common, then `own`, then the user's settings. Throws
/// KafkaSettingRefused, with the setting named.
[[nodiscard]] KafkaConf make_conf(const KafkaLedgerOptions& options, const KafkaSettings& own);

using KafkaDeadline = std::chrono::steady_clock::time_point;

/// Milliseconds, at least one: librdkafka takes 0 and less for something else.
[[nodiscard]] int left_until(KafkaDeadline deadline);

/// Before brokers are asked again that have not heard of a new topic or leader yet.
inline constexpr std::chrono::milliseconds kKafkaRetryAfter{20};

[[nodiscard]] std::string text_of(std::chrono::milliseconds time);

}  // namespace consularia::infra
