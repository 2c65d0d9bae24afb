#include "infra/kafka/webhook_progress.hpp"

#include "base/stoppable_thread.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/kafka/progress_codec.hpp"
#include "infra/kafka/progress_publisher.hpp"
#include "infra/kafka/topic.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace consularia::infra::kafka {

using ledger::Partition;
using ledger::Position;
using reactions::webhooks::Progress;

namespace {

constexpr std::chrono::milliseconds kPoll{100};
/// So many rows are taken over at once.
constexpr std::size_t kRowsAtOnce = 1000;
constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kAnswerWithin{2};
/// After a pause: until then the group has said if the partition is another node's now (its
/// heartbeats are 1 s apart), and whoever delivers has forgotten where it was.
constexpr std::chrono::milliseconds kSettled{2500};

Options progress_options(Options options) {
    options.topic += ".webhooks";
    options.stats_interval = {};  // the metrics are those of the ledger
    return options;
}

Settings reader_settings() {
    return {
        {"client.id", "consularia-webhooks"},
        {"auto.offset.reset", "earliest"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_uncommitted"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.commit.enable", "false"},
        {"fetch.wait.max.ms", "100"},
    };
}

}  // namespace

/// Its thread reads the topic, and decides what this node may serve.
class WebhookProgress::Reader {
  public:
    Reader(
        const Options& options,
        Partition partitions,
        std::function<bool(Partition)> is_ours,
        ProgressBoard& board,
        SharedDeliveries& deliveries
    )
        : options_(options),
          is_ours_(std::move(is_ours)),
          board_(board),
          deliveries_(deliveries),
          ready_(partitions),
          tenures_(partitions),
          client_(options_, RD_KAFKA_CONSUMER, reader_settings()),
          questions_(options_, RD_KAFKA_CONSUMER, question_settings()),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    [[nodiscard]] bool may_serve(Partition partition) const {
        return ready_.at(partition) && is_ours_(partition) &&
               client_.interruptions() == interruptions_;
    }

  private:
    enum class Tenure { none, to_ask, to_read, serving };

    void run(const std::stop_token& stop) {
        while (!open()) {
            if (stopped_within(stop, kRetry)) return;
        }
        const ProgressPublisher publisher(options_, topic_partitions(), board_);
        start();
        while (!stop.stop_requested()) {
            read();
            take_over(stop);
            judge();
        }
        for (Partition partition = 0; partition < topic_partitions(); ++partition) {
            (void)rd_kafka_consume_stop(client_.topic(), static_cast<std::int32_t>(partition));
        }
    }

    [[nodiscard]] Partition topic_partitions() const {
        return static_cast<Partition>(next_.size());
    }

    bool open() {
        try {
            const auto deadline = std::chrono::steady_clock::now() + options_.open_timeout;
            const auto wanted = static_cast<Partition>(ready_.size());
            next_.resize(open_progress_topic(questions_, wanted, deadline));
            return true;
        } catch (const ledger::StorageError& error) {
            complain(error.what());
            return false;
        }
    }

    void start() {
        queue_.reset(rd_kafka_queue_new(client_.get()));
        for (Partition partition = 0; partition < topic_partitions(); ++partition) {
            (void)rd_kafka_consume_start_queue(
                client_.topic(),
                static_cast<std::int32_t>(partition),
                RD_KAFKA_OFFSET_BEGINNING,
                queue_.get()
            );
        }
    }

    /// Everything that is there now, or what comes first, as far as rows can be taken over.
    void read() {
        auto wait = static_cast<int>(kPoll.count());
        while (told_.size() < kRowsAtOnce) {
            const Message message(rd_kafka_consume_queue(queue_.get(), wait));
            if (!message) return;
            wait = 0;
            const auto partition = static_cast<std::size_t>(message->partition);
            const bool placed = partition < next_.size() && message->offset >= 0;
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
                if (placed) next_[partition] = static_cast<Position>(message->offset);
                continue;
            }
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || !placed) continue;
            next_[partition] = static_cast<Position>(message->offset) + 1;
            take(*message);
        }
    }

    void take(const rd_kafka_message_t& message) {
        const std::string_view key(static_cast<const char*>(message.key), message.key_len);
        std::optional<std::string_view> value;
        if (message.payload != nullptr) {
            value.emplace(static_cast<const char*>(message.payload), message.len);
        }
        if (parse_row_key(key)) {
            told_.emplace_back(key, value);
        } else {
            board_.apply(key, value);
        }
    }

    /// What cannot be kept is tried again, and nothing is served before.
    void take_over(const std::stop_token& stop) {
        try {
            deliveries_.take_over(told_);
            told_.clear();
        } catch (const ledger::StorageError& error) {
            complain(error.what());
            (void)stopped_within(stop, kRetry);
        }
    }

    void complain(const std::string& problem) {
        if (options_.on_log && complaint_ != problem) options_.on_log(kSyslogWarning, problem);
        complaint_ = problem;
    }

    void judge() {
        const auto interruptions = client_.interruptions();
        const bool interrupted = interruptions != interruptions_;
        if (interrupted) {
            std::fill(ready_.begin(), ready_.end(), false);
            not_before_ = std::chrono::steady_clock::now() + kSettled;
        }
        interruptions_ = interruptions;
        for (Partition partition = 0; partition < tenures_.size(); ++partition) {
            auto& tenure = tenures_[partition];
            const bool ours = is_ours_(partition);
            if (!ours) {
                tenure = Tenure::none;
            } else if (tenure == Tenure::none || interrupted) {
                tenure = Tenure::to_ask;
            }
            if (tenure != Tenure::serving) ready_[partition] = false;
        }
        const bool settled = std::chrono::steady_clock::now() >= not_before_;
        if (settled && has(Tenure::to_ask) && !has(Tenure::to_read) && ask()) {
            std::replace(tenures_.begin(), tenures_.end(), Tenure::to_ask, Tenure::to_read);
        }
        if (has(Tenure::to_read) && has_read()) serve();
    }

    [[nodiscard]] bool has(Tenure tenure) const {
        return std::find(tenures_.begin(), tenures_.end(), tenure) != tenures_.end();
    }

    bool ask() {
        std::vector<Partition> all(next_.size());
        std::iota(all.begin(), all.end(), Partition{0});
        try {
            ends_ = ask_edges(questions_, all, Edge::end, kAnswerWithin);
            return true;
        } catch (const ledger::StorageError&) {  // asked again
            return false;
        }
    }

    [[nodiscard]] bool has_read() const {
        return told_.empty() &&
               std::equal(next_.begin(), next_.end(), ends_.begin(), std::greater_equal<>());
    }

    void serve() {
        board_.begin_epoch();
        for (Partition partition = 0; partition < tenures_.size(); ++partition) {
            if (tenures_[partition] != Tenure::to_read) continue;
            tenures_[partition] = Tenure::serving;
            ready_[partition] = true;
        }
    }

    const Options options_;
    const std::function<bool(Partition)> is_ours_;
    ProgressBoard& board_;
    SharedDeliveries& deliveries_;
    std::vector<std::atomic<bool>> ready_;  ///< By partition of the ledger, like the next.
    std::vector<Tenure> tenures_;  ///< Only for the thread, like what follows but the last.
    std::vector<Position> next_;   ///< By partition of the topic, like the next.
    std::vector<Position> ends_;
    std::vector<SharedDeliveries::Told> told_;  ///< Read, and not taken over yet.
    Deadline not_before_{};                     ///< Nothing begins to be served earlier.
    std::string complaint_;
    std::atomic<std::uint64_t> interruptions_ = 0;
    Client client_;
    Client questions_;
    Queue queue_;
    std::jthread thread_;
};

WebhookProgress::WebhookProgress(const Options& options, Partition partitions, Ports ports)
    : options_(progress_options(options)),
      partitions_(partitions),
      is_ours_(std::move(ports.is_ours)),
      own_(ports.own),
      board_(std::make_unique<ProgressBoard>(std::random_device()())),
      deliveries_(ports.deliveries, *board_) {}

WebhookProgress::~WebhookProgress() = default;

WebhookProgress::Reader& WebhookProgress::reader() const {
    std::call_once(used_, [this] {
        reader_ = std::make_unique<Reader>(options_, partitions_, is_ours_, *board_, deliveries_);
    });
    return *reader_;
}

bool WebhookProgress::may_serve(Partition partition) const {
    return reader().may_serve(partition);
}

std::optional<Progress> WebhookProgress::find(domain::WebhookId webhook) const {
    (void)reader();
    const auto read = board_->find(webhook);
    std::optional<Progress> kept;
    {
        const std::lock_guard lock(mutex_);
        kept = own_.find(webhook);
    }
    if (!kept || (read && read->cursor >= kept->cursor)) return read;
    return kept;
}

void WebhookProgress::save(domain::WebhookId webhook, const Progress& progress) {
    (void)reader();
    {
        const std::lock_guard lock(mutex_);
        own_.save(webhook, progress);
    }
    board_->save(webhook, progress);
}

void WebhookProgress::erase(domain::WebhookId webhook) {
    (void)reader();
    {
        const std::lock_guard lock(mutex_);
        own_.erase(webhook);
    }
    board_->erase(webhook);
}

std::set<domain::WebhookId> WebhookProgress::all() const {
    auto webhooks = board_->all();
    const std::lock_guard lock(mutex_);
    webhooks.merge(own_.all());
    return webhooks;
}

}  // namespace consularia::infra::kafka
