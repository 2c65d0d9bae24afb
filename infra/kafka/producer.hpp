#pragma once
// Appending to the topic: idempotent producers, each for some of the partitions, replaced when they
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
    /// `number` tells it from others in the metrics. Throws SettingRefused.
    Producer(const Options& options, ledger::Writer writer, std::size_t number = 0);
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;
    ~Producer();

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
    Client client_;
};

/// Ends producers on a thread of its own: who has used one need not wait for its brokers' threads.
/// Thread-safe. The destructor ends what is left.
class ProducerGrave : public std::enable_shared_from_this<ProducerGrave> {
  public:
    ProducerGrave();
    ProducerGrave(const ProducerGrave&) = delete;
    ProducerGrave& operator=(const ProducerGrave&) = delete;
    ~ProducerGrave();

    /// Ends here, whoever lets go of it last.
    [[nodiscard]] std::shared_ptr<Producer> lend(std::unique_ptr<Producer> producer);

    /// Of those that were lent, how many have not ended yet.
    [[nodiscard]] std::size_t alive() const { return alive_; }

  private:
    void take(std::unique_ptr<Producer> producer);
    void run();

    std::atomic<std::size_t> alive_ = 0;
    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Producer>> taken_;
    bool stopping_ = false;
    std::thread thread_;
};

/// Producers that are always working ones. Thread-safe as Producer is.
class Appender {
  public:
    /// Throws SettingRefused.
    Appender(const Options& options, ledger::Writer writer, ledger::Partition partitions);

    /// As Ledger::append says. What a producer that failed had not sent is dropped before this
    /// returns, for all partitions that share it. Not appended while too many that failed have not
    /// ended yet: twice as many as work at once.
    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    );

    /// The partition's. Null while there are too many; throws SettingRefused when none can be
    /// made.
    [[nodiscard]] std::shared_ptr<Producer> current(ledger::Partition partition);

    /// Producers that there are, those that are ending included.
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
