#include "infra/kafka/group.hpp"

#include "infra/kafka/client.hpp"
#include "infra/kafka/ends.hpp"
#include "infra/kafka/topic.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {

namespace {

constexpr std::chrono::milliseconds kRetry{1000};
constexpr std::chrono::milliseconds kPoll{100};
/// librdkafka 2.0.2 leaks a reference, and then waits for it, if another cluster has taken the
/// address of the group's coordinator.
constexpr std::chrono::seconds kLeaveWithin{5};

Options work_options(Options options) {
    options.topic += ".work";
    return options;
}

Settings group_settings(const std::string& topic) {
    return {
        {"client.id", "consularia-group"},
        {"group.id", topic},
        {"partition.assignment.strategy", "range"},
        // A dead node is replaced after this; brokers accept no less by default.
        {"session.timeout.ms", "6000"},
        {"heartbeat.interval.ms", "1000"},
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "latest"},
    };
}

}  // namespace

/// Shared by the group's owner and its thread, which the owner may have to abandon.
class Group::Member {
  public:
    Member(const Options& options, ledger::Partition partitions)
        : options_(work_options(options)), ours_(partitions) {
        Conf conf = make_conf(options_, group_settings(options_.topic));
        rd_kafka_conf_set_opaque(conf.get(), this);
        rd_kafka_conf_set_rebalance_cb(conf.get(), rebalance);
        rd_kafka_conf_set_log_cb(conf.get(), log);
        std::array<char, 512> why{};
        handle_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why.data(), why.size()));
        if (!handle_) {
            throw SettingRefused(std::string("cannot create a Kafka client: ") + why.data());
        }
        (void)conf.release();  // the client owns it now
        rd_kafka_poll_set_consumer(handle_.get());
    }

    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    ~Member() = default;

    [[nodiscard]] bool is_ours(ledger::Partition partition) const { return ours_.at(partition); }

    void run() {
        take_part();
        handle_.reset();
        const std::lock_guard lock(mutex_);
        has_left_ = true;
        changed_.notify_all();
    }

    /// False if the client does not end in time; then it no longer reports anything.
    bool leave() {
        std::unique_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
        if (changed_.wait_for(lock, kLeaveWithin, [this] { return has_left_; })) return true;
        report(kSyslogWarning, "the client of the consumer group does not end and is abandoned");
        is_left_behind_ = true;
        return false;
    }

  private:
    static void log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
        static_cast<Member*>(rd_kafka_opaque(handle))
            ->report(level, std::string(facility) + ": " + text);
    }

    void report(int level, const std::string& text) const {
        if (options_.on_log && !is_left_behind_) options_.on_log(level, text);
    }

    static void rebalance(
        rd_kafka_t* handle,
        rd_kafka_resp_err_t what,
        rd_kafka_topic_partition_list_t* partitions,
        void* self
    ) {
        const bool assigned = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        auto& member = *static_cast<Member*>(self);
        if (assigned) member.complained_of_ = RD_KAFKA_RESP_ERR_NO_ERROR;
        auto& ours = member.ours_;
        for (auto& one : ours) one = false;
        for (int i = 0; assigned && i < partitions->cnt; ++i) {
            const auto partition = static_cast<std::size_t>(partitions->elems[i].partition);
            if (partition < ours.size()) ours[partition] = true;
        }
        (void)rd_kafka_assign(handle, assigned ? partitions : nullptr);
    }

    void take_part() {
        while (!make_topic()) {
            if (stopped_within(kRetry)) return;
        }
        const TopicPartitions topics(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(
            topics.get(), options_.topic.c_str(), RD_KAFKA_PARTITION_UA
        );
        (void)rd_kafka_subscribe(handle_.get(), topics.get());
        // There are no records: only errors arrive.
        while (!stopped_within(kRetry.zero())) {
            const Message message(
                rd_kafka_consumer_poll(handle_.get(), static_cast<int>(kPoll.count()))
            );
            if (message && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) complain(*message);
        }
        (void)rd_kafka_consumer_close(handle_.get());
    }

    /// Once, however often it is repeated. librdkafka logs by itself what is transient.
    void complain(const rd_kafka_message_t& error) {
        if (is_transient(error.err) || error.err == complained_of_) return;
        complained_of_ = error.err;
        const std::string why = rd_kafka_message_errstr(&error);
        report(kSyslogWarning, "the consumer group " + options_.topic + ": " + why);
    }

    bool make_topic() {
        try {
            const Client client(options_, RD_KAFKA_CONSUMER, question_settings());
            const auto deadline = std::chrono::steady_clock::now() + options_.open_timeout;
            make_work_topic(client, static_cast<ledger::Partition>(ours_.size()), deadline);
            return true;
        } catch (const ledger::StorageError& error) {
            report(kSyslogWarning, error.what());
            return false;
        }
    }

    bool stopped_within(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [this] { return stopping_; });
    }

    const Options options_;
    std::vector<std::atomic<bool>> ours_;
    Handle handle_;
    rd_kafka_resp_err_t complained_of_ =
        RD_KAFKA_RESP_ERR_NO_ERROR;  ///< Since the last assignment.
    std::mutex mutex_;               ///< Guards stopping_ and has_left_.
    std::condition_variable changed_;
    bool stopping_ = false;
    bool has_left_ = false;
    std::atomic<bool> is_left_behind_ = false;
};

Group::Group(const Options& options, ledger::Partition partitions)
    : member_(std::make_shared<Member>(options, partitions)),
      thread_([member = member_] { member->run(); }) {}

Group::~Group() {
    if (member_->leave()) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

bool Group::is_ours(ledger::Partition partition) const {
    return member_->is_ours(partition);
}

}  // namespace consularia::infra::kafka
