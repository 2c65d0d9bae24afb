#pragma once
// Appending to the topic: one idempotent producer for all partitions, replaced when it fails.

#include "infra/kafka_client.hpp"
#include "ledger/ledger.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace consularia::infra {

/// Thread-safe, except that each partition has one appender at a time.
class KafkaProducer {
  public:
    /// Throws KafkaSettingRefused.
    KafkaProducer(const KafkaLedgerOptions& options, ledger::Writer writer);
    KafkaProducer(const KafkaProducer&) = delete;
    KafkaProducer& operator=(const KafkaProducer&) = delete;
    ~KafkaProducer();

    /// Blocks until the fate of every record is known, at most for the delivery timeout.
    /// Precondition: there is a value.
    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    );

    /// It will not append any more, or holds records that nobody waits for any longer.
    [[nodiscard]] bool failed() const;

    /// Gives up every record that waits or is under way; the appends that wait for them end.
    void give_up();

    [[nodiscard]] rd_kafka_t* handle() const { return client_.get(); }

  private:
    class Delivery;

    [[nodiscard]] rd_kafka_resp_err_t produce(
        ledger::Partition partition,
        const std::string& key,
        const std::string& value,
        Delivery& delivery
    );

    const std::chrono::milliseconds delivery_timeout_;
    const std::string writer_;
    std::atomic<bool> overdue_ = false;
    std::atomic<bool> given_up_ = false;
    KafkaClient client_;
};

/// A producer that is always a working one. Thread-safe as KafkaProducer is.
class KafkaAppender {
  public:
    /// Throws KafkaSettingRefused.
    KafkaAppender(const KafkaLedgerOptions& options, ledger::Writer writer);

    /// As Ledger::append says. What a producer that failed had not sent is dropped before this
    /// returns, for all partitions.
    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    );

    [[nodiscard]] std::shared_ptr<KafkaProducer> current();

  private:
    void replace(const std::shared_ptr<KafkaProducer>& failed);

    const KafkaLedgerOptions options_;
    const ledger::Writer writer_;
    std::mutex mutex_;  ///< Guards the pointer.
    std::shared_ptr<KafkaProducer> producer_;
};

}  // namespace consularia::infra
