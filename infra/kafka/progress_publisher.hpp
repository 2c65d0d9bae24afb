#pragma once
// Publishes the progress of webhooks, a batch at a time.

#include "infra/kafka/client.hpp"
#include "infra/kafka/progress_board.hpp"
#include "ledger/record/acceptance.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {

/// One thread. What cannot be published is tried again.
class ProgressPublisher {
  public:
    /// `options` has the topic of progress, which must exist with this many partitions. The board
    /// outlives it. Throws SettingRefused.
    ProgressPublisher(const Options& options, ledger::Partition partitions, ProgressBoard& board);
    ProgressPublisher(const ProgressPublisher&) = delete;
    ProgressPublisher& operator=(const ProgressPublisher&) = delete;
    /// Publishes what is left, but waits no longer than two seconds for it.
    ~ProgressPublisher();

  private:
    static void report(const rd_kafka_message_t& message);

    void run(const std::stop_token& stop);
    [[nodiscard]] bool publish(const std::vector<ProgressRecord>& records);
    [[nodiscard]] bool produce(const ProgressRecord& record);

    const ledger::Partition partitions_;
    ProgressBoard& board_;
    std::mutex mutex_;  ///< Guards the next four.
    std::condition_variable changed_;
    std::size_t outstanding_ = 0;
    bool failed_ = false;
    bool ended_ = false;
    Client client_;
    std::jthread thread_;
};

}  // namespace consularia::infra::kafka
