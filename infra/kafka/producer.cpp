#include "infra/kafka/producer.hpp"

#include "base/check.hpp"
#include "infra/kafka/writer.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <optional>
#include <string_view>
#include <utility>

namespace consularia::infra::kafka {
namespace {

using ledger::Appended;
using ledger::AppendResult;
using ledger::FateUnknown;
using ledger::NotAppended;
using std::chrono::milliseconds;

constexpr std::string_view kContentType = "application/cloudevents+json";

/// How long librdkafka may wait for more records before it sends those that it has. Otherwise it
/// would tear an append, which it gets record by record, into several requests, each with a sync of
/// its own on the broker. append() signals when an append is complete, which ends the wait.
constexpr milliseconds kLongestGathering{5};
/// How long that is signalled: enough for librdkafka's thread to wake up, less than most appends
/// take.
constexpr milliseconds kSayingSo{1};

/// librdkafka looks for overdue records only once a second, so they become overdue earlier.
milliseconds message_timeout(milliseconds delivery_timeout) {
    return delivery_timeout - std::min(milliseconds(1500), delivery_timeout / 2);
}

Settings producer_settings(const Options& options, std::size_t number) {
    const std::string timeout = text_of(message_timeout(options.delivery_timeout));
    return {
        {"client.id", "consularia-appender-" + std::to_string(number)},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"linger.ms", std::to_string(kLongestGathering.count())},
        {"message.timeout.ms", timeout},
        {"request.timeout.ms", timeout},
        {"retry.backoff.ms", "50"},
        {"message.max.bytes", std::to_string(kKafkaMaxMessageBytes)},
    };
}

/// The organization's id, which follows this text in every record of ours; empty if the text is
/// not there. Texts inside a record cannot contain it, since their quotes are escaped. No rule
/// depends on the key (docs/events.md): parsing a whole record for it would be wasted.
std::string_view key_of(std::string_view value) {
    constexpr std::string_view kBefore = R"("source":"/organizations/)";
    constexpr std::size_t kIdCharacters = 36;
    const auto found = value.find(kBefore);
    if (found == std::string_view::npos) return value.substr(0, 0);
    return value.substr(found + kBefore.size(), kIdCharacters);
}

using Headers = std::unique_ptr<rd_kafka_headers_t, Free<rd_kafka_headers_destroy>>;

Headers make_headers(const std::string& writer) {
    Headers headers(rd_kafka_headers_new(2));
    const auto add = [&headers](const char* name, std::string_view value) {
        (void)rd_kafka_header_add(
            headers.get(), name, -1, value.data(), static_cast<ssize_t>(value.size())
        );
    };
    add("content-type", kContentType);
    add(kWriterHeader, writer);
    return headers;
}

}  // namespace

/// The records of one append under way. Lives until the last of them is reported, however late.
class Producer::Delivery : public std::enable_shared_from_this<Delivery> {
  public:
    static std::shared_ptr<Delivery> make(std::size_t records) {
        auto delivery = std::make_shared<Delivery>();
        delivery->outstanding_ = records;
        delivery->self_ = delivery;
        return delivery;
    }

    /// Called by librdkafka for every record that it accepted.
    static void report(const rd_kafka_message_t& message) {
        auto* delivery = static_cast<Delivery*>(message._private);
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            delivery->settle(1, std::nullopt, words_of(message.err));
        } else if (message.offset < 0) {
            delivery->settle(1, std::nullopt, "the broker does not report the position");
        } else {
            delivery->settle(1, static_cast<ledger::Position>(message.offset), {});
        }
    }

    /// This many records were not accepted.
    void forgo(std::size_t records, const std::string& why) { settle(records, std::nullopt, why); }

    /// Empty if that takes longer.
    std::optional<AppendResult> wait_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        if (!done_.wait_until(lock, deadline, [this] { return outstanding_ == 0; })) {
            return std::nullopt;
        }
        if (!failure_.empty()) return FateUnknown{failure_};
        return Appended{end_};
    }

  private:
    void settle(
        std::size_t records, std::optional<ledger::Position> position, const std::string& failure
    ) {
        const auto keep_until_unlocked = shared_from_this();
        const std::lock_guard lock(mutex_);
        CHECK(outstanding_ >= records);
        if (position) end_ = std::max(end_, *position + 1);
        if (failure_.empty()) failure_ = failure;
        outstanding_ -= records;
        if (outstanding_ > 0) return;
        self_.reset();
        done_.notify_one();
    }

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable done_;
    std::size_t outstanding_ = 0;
    std::shared_ptr<Delivery> self_;  ///< While records are outstanding.
    ledger::Position end_ = 0;
    std::string failure_;
};

Producer::Producer(const Options& options, ledger::Writer writer, std::size_t number)
    : delivery_timeout_(options.delivery_timeout),
      writer_(writer_header(writer)),
      client_(options, RD_KAFKA_PRODUCER, producer_settings(options, number), Delivery::report) {}

Producer::~Producer() {
    give_up();
    // Every record is reported and no append waits any more: this does not take long.
    for (int i = 0; i < 100 && rd_kafka_outq_len(client_.get()) > 0; ++i) {
        rd_kafka_poll(client_.get(), 10);
    }
}

AppendResult Producer::append(ledger::Partition partition, std::span<const std::string> values) {
    const auto deadline = std::chrono::steady_clock::now() + delivery_timeout_;
    const auto delivery = Delivery::make(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto error = produce(partition, values[i], *delivery);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        delivery->forgo(values.size() - i, words_of(error));
        if (i == 0) return NotAppended{NotAppended::Reason::failed, words_of(error)};
        break;
    }
    (void)rd_kafka_flush(client_.get(), static_cast<int>(kSayingSo.count()));
    if (given_up_) give_up();  // it may not have seen these records
    if (auto result = delivery->wait_until(deadline)) return *result;
    overdue_ = true;
    return FateUnknown{"the brokers did not answer within " + text_of(delivery_timeout_) + " ms"};
}

rd_kafka_resp_err_t Producer::produce(
    ledger::Partition partition, const std::string& value, Delivery& delivery
) {
    const auto key = key_of(value);
    // librdkafka 2.0.2 frees headers twice if it refuses a record, unless they are ours.
    Headers headers = make_headers(writer_);
    std::array<rd_kafka_vu_t, 7> parts{};
    parts[0].vtype = RD_KAFKA_VTYPE_RKT;
    parts[0].u.rkt = client_.topic();
    parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    parts[1].u.i32 = static_cast<std::int32_t>(partition);
    parts[2].vtype = RD_KAFKA_VTYPE_KEY;
    parts[2].u.mem = {const_cast<char*>(key.data()), key.size()};
    parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
    parts[3].u.mem = {const_cast<char*>(value.data()), value.size()};
    parts[4].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[4].u.headers = headers.get();
    parts[5].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[5].u.i = RD_KAFKA_MSG_F_COPY;
    parts[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
    parts[6].u.ptr = &delivery;
    const Error error(rd_kafka_produceva(client_.get(), parts.data(), parts.size()));
    if (error) return rd_kafka_error_code(error.get());
    (void)headers.release();  // the record owns them now
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool Producer::failed() const {
    return overdue_ ||
           rd_kafka_fatal_error(client_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::give_up() {
    given_up_ = true;
    (void)rd_kafka_purge(
        client_.get(),
        RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING
    );
}

ProducerGrave::ProducerGrave() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::shared_ptr<Producer> ProducerGrave::lend(std::unique_ptr<Producer> producer) {
    ++alive_;
    return {producer.release(), [grave = shared_from_this()](Producer* used) {
                grave->take(std::unique_ptr<Producer>(used));
            }};
}

void ProducerGrave::take(std::unique_ptr<Producer> producer) {
    const std::lock_guard lock(mutex_);
    taken_.push_back(std::move(producer));
    changed_.notify_one();
}

void ProducerGrave::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !taken_.empty(); })) {
        auto producer = std::move(taken_.front());
        taken_.pop_front();
        lock.unlock();
        producer.reset();
        --alive_;
        lock.lock();
    }
}

Appender::Appender(const Options& options, ledger::Writer writer, ledger::Partition partitions)
    : options_(options), writer_(writer), grave_(std::make_shared<ProducerGrave>()) {
    const std::size_t count = std::clamp<std::size_t>(partitions, 1, options.producers);
    for (std::size_t i = 0; i < count; ++i) slots_.push_back(std::make_unique<Slot>());
    for (std::size_t i = 0; i < count; ++i) slots_[i]->producer = make(i);
}

AppendResult Appender::append(ledger::Partition partition, std::span<const std::string> values) {
    std::shared_ptr<Producer> producer;
    try {
        producer = current(partition);
    } catch (const SettingRefused& error) {
        return NotAppended{NotAppended::Reason::failed, error.what()};
    }
    if (!producer) {
        return NotAppended{
            NotAppended::Reason::failed, "too many failed producers have not ended yet"};
    }
    AppendResult result = producer->append(partition, values);
    if (producer->failed()) retire(partition, producer);
    return result;
}

std::shared_ptr<Producer> Appender::current(ledger::Partition partition) {
    const std::size_t number = number_of(partition);
    Slot& slot = *slots_[number];
    const std::lock_guard lock(slot.mutex);
    if (!slot.producer && alive() < 2 * slots_.size()) slot.producer = make(number);
    return slot.producer;
}

std::shared_ptr<Producer> Appender::make(std::size_t number) {
    return grave_->lend(std::make_unique<Producer>(options_, writer_, number));
}

void Appender::retire(ledger::Partition partition, const std::shared_ptr<Producer>& failed) {
    Slot& slot = *slots_[number_of(partition)];
    {
        const std::lock_guard lock(slot.mutex);
        if (slot.producer != failed) return;
        slot.producer.reset();
    }
    failed->give_up();
}

}  // namespace consularia::infra::kafka
