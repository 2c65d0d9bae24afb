#pragma once
// RAII handles for librdkafka's objects, its configuration, and texts for its errors.

#include "infra/kafka/options.hpp"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

using Conf = std::unique_ptr<rd_kafka_conf_t, Free<rd_kafka_conf_destroy>>;
using Handle = std::unique_ptr<rd_kafka_t, Free<rd_kafka_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Free<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Free<rd_kafka_event_destroy>>;
using Error = std::unique_ptr<rd_kafka_error_t, Free<rd_kafka_error_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Free<rd_kafka_message_destroy>>;
using TopicPartition =
    std::unique_ptr<rd_kafka_topic_partition_t, Free<rd_kafka_topic_partition_destroy>>;
using TopicPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Free<rd_kafka_topic_partition_list_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Free<rd_kafka_metadata_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, Free<rd_kafka_AdminOptions_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Free<rd_kafka_NewTopic_destroy>>;
using ConfigResource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Free<rd_kafka_ConfigResource_destroy>>;

/// The error's text, for the end of a sentence.
[[nodiscard]] std::string words_of(rd_kafka_resp_err_t error);

/// Whether the error goes away by itself once the brokers can be reached and have settled.
[[nodiscard]] bool is_transient(rd_kafka_resp_err_t error);

using Settings = std::vector<std::pair<std::string, std::string>>;

/// The settings of all clients, then `own`, then the user's. Throws SettingRefused, which names the
/// setting.
[[nodiscard]] Conf make_conf(const Options& options, const Settings& own);

using Deadline = std::chrono::steady_clock::time_point;

/// Milliseconds, at least one: 0 and negative values have another meaning in librdkafka.
[[nodiscard]] int left_until(Deadline deadline);

/// The pause before brokers that do not know of a new topic or leader yet are asked again.
inline constexpr std::chrono::milliseconds kKafkaRetryAfter{20};

[[nodiscard]] std::string text_of(std::chrono::milliseconds time);

}  // namespace consularia::infra::kafka
