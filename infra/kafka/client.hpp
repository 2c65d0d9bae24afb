#pragma once
// One librdkafka client for one topic, with a thread that runs its callbacks; appends run them too.

#include "infra/kafka/support.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace consularia::infra::kafka {

/// Thread-safe.
class Client {
  public:
    /// A producer's delivery reports, called on the client's thread or on one that waits for its
    /// records.
    using OnDelivery = void (*)(const rd_kafka_message_t& message);

    /// Does not wait for brokers. Throws SettingRefused.
    Client(
        const Options& options,
        rd_kafka_type_t type,
        const Settings& own,
        OnDelivery on_delivery = nullptr
    );
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    [[nodiscard]] rd_kafka_t* get() const { return handle_.get(); }

    [[nodiscard]] rd_kafka_topic_t* topic() const { return topic_.get(); }

    [[nodiscard]] const std::string& topic_name() const { return topic_name_; }

    /// Grows whenever this client may have missed something that happened to the log: the process
    /// was paused for seconds, or no broker could be reached.
    [[nodiscard]] std::uint64_t interruptions() const;

  private:
    struct Callbacks;
    using Time = std::chrono::steady_clock::time_point;

    void run(const std::stop_token& stop);

    const std::string topic_name_;
    const std::unique_ptr<Callbacks> callbacks_;  ///< Used until handle_ is gone.
    Handle handle_;
    TopicHandle topic_;
    std::atomic<Time> alive_at_ = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> standstills_ = 0;
    std::jthread thread_;
};

}  // namespace consularia::infra::kafka
