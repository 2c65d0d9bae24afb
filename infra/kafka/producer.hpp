#pragma once
// Appends to the topic: idempotent producers, each for some of the partitions, replaced when they
// fail.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {

/// Thread-safe, except that each partition has one appender at a time.
class Producer {
  public:
    /// `number` distinguishes it in the metrics. Throws SettingRefused.
    Producer(const Options& options, ledger::Writer writer, std::size_t number = 0);
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;
    ~Producer();

    /// Blocks until the fate of every record is known, at most for the delivery timeout.
    /// Precondition: `values` is not empty.
    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    );

    /// Whether it will not append any more, or holds records that no append waits for any more.
    [[nodiscard]] bool failed() const;

    /// Gives up every record that waits or is under way; the appends that wait for them end.
    void give_up();

    [[nodiscard]] rd_kafka_t* handle() const { return client_.get(); }

  private:
    class Delivery;

    [[nodiscard]] rd_kafka_resp_err_t produce(
        ledger::Partition partition, const std::string& value, Delivery& delivery
    );

    const std::chrono::milliseconds delivery_timeout_;
    const std::string writer_;
    std::atomic<bool> overdue_ = false;
    std::atomic<bool> given_up_ = false;
    Client client_;
};

/// Ends producers on a thread of its own, so that their users need not wait for librdkafka's broker
/// threads. Thread-safe. The destructor ends the remaining ones.
class ProducerGrave : public std::enable_shared_from_this<ProducerGrave> {
  public:
    ProducerGrave();

    /// The producer ends here, whichever owner releases it last.
    [[nodiscard]] std::shared_ptr<Producer> lend(std::unique_ptr<Producer> producer);

    /// How many of the lent producers have not ended yet.
    [[nodiscard]] std::size_t alive() const { return alive_; }

  private:
    void take(std::unique_ptr<Producer> producer);
    void run(const std::stop_token& stop);

    std::atomic<std::size_t> alive_ = 0;
    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable_any changed_;
    std::deque<std::unique_ptr<Producer>> taken_;
    std::jthread thread_;
};

/// Producers that are replaced when they fail. As thread-safe as Producer.
class Appender {
  public:
    /// Throws SettingRefused.
    Appender(const Options& options, ledger::Writer writer, ledger::Partition partitions);

    /// See Ledger::append. Records that a failed producer had not sent are dropped before this
    /// returns, for all partitions that share it. Nothing is appended while too many producers are
    /// alive, ending ones included: twice the working number.
    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    );

    /// The partition's producer. Null while too many are alive; throws SettingRefused if none can
    /// be made.
    [[nodiscard]] std::shared_ptr<Producer> current(ledger::Partition partition);

    /// The number of producers, including those that are ending.
    [[nodiscard]] std::size_t alive() const { return grave_->alive(); }

  private:
    struct Slot {
        std::mutex mutex;  ///< Guards the pointer.
        std::shared_ptr<Producer> producer;
    };

    [[nodiscard]] std::size_t number_of(ledger::Partition partition) const {
        return partition % slots_.size();
    }

    [[nodiscard]] std::shared_ptr<Producer> make(std::size_t number);
    void retire(ledger::Partition partition, const std::shared_ptr<Producer>& failed);

    const Options options_;
    const ledger::Writer writer_;
    const std::shared_ptr<ProducerGrave> grave_;
    std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace consularia::infra::kafka
