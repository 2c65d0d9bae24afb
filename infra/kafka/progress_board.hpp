#pragma once
// What this node knows about the progress of webhooks, and what it has yet to publish of it and of
// their deliveries.

#include "infra/kafka/progress_fold.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra::kafka {

/// For the topic; without a value it deletes its key.
struct ProgressRecord {
    std::string key;
    std::optional<std::string> value;
};

/// How many bytes of rows may wait to be published. While brokers are away, what is beyond is not
/// told: other nodes do not show it, and may send it again if they go on here.
inline constexpr std::size_t kWaitingRows = std::size_t{16} << 20;

/// Bounded by the number of webhooks, since of each only the newest progress waits, and by
/// kWaitingRows. Thread-safe.
class ProgressBoard {
  public:
    /// `writer` is random.
    explicit ProgressBoard(std::uint32_t writer) : writer_(writer) {}

    /// Takes a record that was read.
    void apply(std::string_view key, const std::optional<std::string_view>& value);

    /// Begins a new epoch: everything that others had published was read.
    void begin_epoch();

    [[nodiscard]] std::optional<reactions::webhooks::Progress> find(domain::WebhookId webhook
    ) const;

    [[nodiscard]] std::set<domain::WebhookId> all() const;

    /// To be published, unless a greater cursor is known.
    void save(domain::WebhookId webhook, const reactions::webhooks::Progress& progress);
    void erase(domain::WebhookId webhook);

    /// A row of deliveries to be published as it is now; without a value it was erased.
    void tell(std::string key, std::optional<std::string> row);

    /// Waits for something to publish, and for the end of the batch before. Empty if it has to stop
    /// and nothing is left.
    [[nodiscard]] std::vector<ProgressRecord> take(const std::stop_token& stop);

    /// What was taken is durable: keys that say no more than ours can be deleted.
    void settle();

    /// It is not known to be: it is taken again, unless there is something newer.
    void take_back();

  private:
    using Rows = std::map<std::string, std::optional<std::string>>;
    using Changes = std::map<domain::WebhookId, std::optional<reactions::webhooks::Progress>>;

    const std::uint32_t writer_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable_any changed_;
    std::uint64_t epoch_ = 0;
    ProgressFold fold_;
    Changes waiting_;
    Changes under_way_;
    std::set<std::string> surpassed_;  ///< Keys to be deleted.
    Rows rows_waiting_;
    Rows rows_under_way_;
    std::size_t rows_bytes_ = 0;  ///< Both have these.
};

}  // namespace consularia::infra::kafka
