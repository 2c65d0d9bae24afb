#include "infra/kafka/client.hpp"

#include <array>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>

namespace consularia::infra::kafka {
namespace {

/// Events end the wait at once.
constexpr std::chrono::milliseconds kPatience{1000};
/// Deleting a topic, recreating it and filling it takes longer than this.
constexpr std::chrono::seconds kStandstill{3};

}  // namespace

/// The data that the client's callbacks reach through its opaque pointer.
struct Client::Callbacks {
    Callbacks(
        std::function<void(int, const std::string&)> log_line,
        std::function<void(const std::string&)> statistics,
        OnDelivery delivered
    )
        : on_log(std::move(log_line)), on_stats(std::move(statistics)), on_delivery(delivered) {}

    std::function<void(int, const std::string&)> on_log;
    std::function<void(const std::string&)> on_stats;
    OnDelivery on_delivery;
    std::atomic<std::uint64_t> disconnects = 0;

    static Callbacks& of(const rd_kafka_t* handle) {
        return *static_cast<Callbacks*>(rd_kafka_opaque(handle));
    }

    static void error(rd_kafka_t* handle, int code, const char* reason, void* /*opaque*/) {
        if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) ++of(handle).disconnects;
        log(handle, kSyslogError, "ERROR", reason);
    }

    static void log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
        // Every client gets all settings and complains about those that are not for its kind.
        if (handle == nullptr || facility == std::string_view("CONFWARN")) return;
        const auto& on_log = of(handle).on_log;
        if (on_log) on_log(level, std::string(facility) + ": " + text);
    }

    static int stats(rd_kafka_t* handle, char* json, std::size_t length, void* /*opaque*/) {
        const auto& on_stats = of(handle).on_stats;
        try {
            if (on_stats) on_stats(std::string(json, length));
        } catch (const std::exception& error) {  // must not pass through librdkafka
            log(handle, kSyslogWarning, "STATS", error.what());
        }
        return 0;  // librdkafka frees it
    }

    static void delivery(
        rd_kafka_t* handle, const rd_kafka_message_t* message, void* /*opaque*/
    ) {
        of(handle).on_delivery(*message);
    }
};

Client::Client(
    const Options& options, rd_kafka_type_t type, const Settings& own, OnDelivery on_delivery
)
    : topic_name_(options.topic),
      callbacks_(std::make_unique<Callbacks>(options.on_log, options.on_stats, on_delivery)) {
    Conf conf = make_conf(options, own);
    rd_kafka_conf_set_opaque(conf.get(), callbacks_.get());
    rd_kafka_conf_set_log_cb(conf.get(), Callbacks::log);
    rd_kafka_conf_set_error_cb(conf.get(), Callbacks::error);
    rd_kafka_conf_set_stats_cb(conf.get(), Callbacks::stats);
    if (on_delivery != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), Callbacks::delivery);
    std::array<char, 512> why{};
    handle_.reset(rd_kafka_new(type, conf.get(), why.data(), why.size()));
    if (!handle_) {
        throw SettingRefused(std::string("cannot create a Kafka client: ") + why.data());
    }
    (void)conf.release();  // the client owns it now
    topic_.reset(rd_kafka_topic_new(handle_.get(), topic_name_.c_str(), nullptr));
    if (!topic_) {
        throw SettingRefused(
            "the Kafka topic " + topic_name_ + " is refused: " + words_of(rd_kafka_last_error())
        );
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Client::~Client() {
    thread_.request_stop();
    const Queue events(rd_kafka_queue_get_main(handle_.get()));
    rd_kafka_queue_yield(events.get());
    thread_.join();
}

void Client::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        rd_kafka_poll(handle_.get(), static_cast<int>(kPatience.count()));
        const Time now = std::chrono::steady_clock::now();
        // In this order, so that interruptions() never misses one, nor counts one twice for long.
        if (now - alive_at_.load() > kStandstill) ++standstills_;
        alive_at_ = now;
    }
}

std::uint64_t Client::interruptions() const {
    const bool stands_still = std::chrono::steady_clock::now() - alive_at_.load() > kStandstill;
    return standstills_ + callbacks_->disconnects + (stands_still ? 1 : 0);
}

}  // namespace consularia::infra::kafka
