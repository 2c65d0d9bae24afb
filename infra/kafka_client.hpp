#pragma once
// One librdkafka client for one topic, with the thread that runs its callbacks.

#include "infra/kafka_support.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace consularia::infra {

/// Thread-safe.
class KafkaClient {
  public:
    /// A producer's delivery reports, on the client's thread.
    using OnDelivery = void (*)(const rd_kafka_message_t& message);

    /// Does not wait for brokers. Throws KafkaSettingRefused.
    KafkaClient(
        const KafkaLedgerOptions& options,
        rd_kafka_type_t type,
        const KafkaSettings& own,
        OnDelivery on_delivery = nullptr
    );
    KafkaClient(const KafkaClient&) = delete;
    KafkaClient& operator=(const KafkaClient&) = delete;
    ~KafkaClient();

    [[nodiscard]] rd_kafka_t* get() const { return handle_.get(); }

    [[nodiscard]] rd_kafka_topic_t* topic() const { return topic_.get(); }

    [[nodiscard]] const std::string& topic_name() const { return topic_name_; }

  private:
    struct Callbacks;

    void run();

    const std::string topic_name_;
    const std::unique_ptr<Callbacks> callbacks_;  ///< Used until handle_ is gone.
    KafkaHandle handle_;
    KafkaTopicHandle topic_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace consularia::infra
