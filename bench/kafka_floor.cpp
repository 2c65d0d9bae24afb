// kafka_floor SERVERS TOPIC LEDGER IN_FLIGHT SECONDS: what librdkafka alone needs to keep records.
// Produces the records of a consularia ledger to partition 0 with acks=all, so many of them in
// flight at any time, from one thread. Prints one line of JSON.

#include "infra/rocks/ledger.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace consularia;
using Clock = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;

constexpr std::size_t kSample = 10'000;

[[noreturn]] void fail(const std::string& why) {
    std::cerr << "kafka_floor: " << why << "\n";
    std::exit(1);
}

/// Keeps some records in flight, each in a place: a delivered one makes its place free again.
class Producer {
  public:
    Producer(const std::string& servers, std::string topic, std::size_t in_flight);
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;
    ~Producer();

    /// Waits until the first record is delivered, which is when it is connected.
    void connect(const std::string& value);
    /// Returns the time that each delivered record took.
    std::vector<double> produce(const std::vector<ledger::LogEntry>& sample, double seconds);

  private:
    static void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);
    void send(const std::string& value);

    const std::string topic_;
    rd_kafka_t* client_;
    std::vector<Clock::time_point> since_;  ///< By place.
    std::vector<std::size_t> free_;
    std::vector<double> ms_;
};

Producer::Producer(const std::string& servers, std::string topic, std::size_t in_flight)
    : topic_(std::move(topic)), since_(in_flight) {
    for (std::size_t place = 0; place < in_flight; ++place) free_.push_back(place);
    std::array<char, 512> why{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    const auto set = [&](const char* name, const std::string& value) {
        if (rd_kafka_conf_set(conf, name, value.c_str(), why.data(), why.size()) !=
            RD_KAFKA_CONF_OK) {
            fail(why.data());
        }
    };
    set("bootstrap.servers", servers);
    set("acks", "all");
    set("enable.idempotence", "true");
    set("linger.ms", "0");
    set("socket.nagle.disable", "true");
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_opaque(conf, this);
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
    if (client_ == nullptr) fail(why.data());
}

Producer::~Producer() {
    rd_kafka_flush(client_, 10'000);
    rd_kafka_destroy(client_);
}

void Producer::on_delivery(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* self) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2str(message->err));
    auto& producer = *static_cast<Producer*>(self);
    const auto place = reinterpret_cast<std::size_t>(message->_private);
    producer.ms_.push_back(Ms(Clock::now() - producer.since_[place]).count());
    producer.free_.push_back(place);
}

void Producer::send(const std::string& value) {
    const auto place = free_.back();
    free_.pop_back();
    since_[place] = Clock::now();
    const auto error = rd_kafka_producev(
        client_,
        RD_KAFKA_V_TOPIC(topic_.c_str()),
        RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(place)),
        RD_KAFKA_V_END
    );
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2str(error));
}

void Producer::connect(const std::string& value) {
    send(value);
    while (ms_.empty()) rd_kafka_poll(client_, 10);
    ms_.clear();
}

std::vector<double> Producer::produce(const std::vector<ledger::LogEntry>& sample, double seconds) {
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    for (std::size_t next = 0; Clock::now() < end; rd_kafka_poll(client_, 10)) {
        while (!free_.empty()) send(sample[next++ % sample.size()].value);
    }
    return ms_;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "kafka_floor SERVERS TOPIC LEDGER IN_FLIGHT SECONDS\n";
        return 2;
    }
    const auto source = infra::rocks::open_embedded_ledger_read_only(argv[3]);
    const auto sample = source->records()->read(0, 0, kSample);
    Producer producer(argv[1], argv[2], std::strtoul(argv[4], nullptr, 10));
    producer.connect(sample.front().value);
    const double seconds = std::atof(argv[5]);
    auto ms = producer.produce(sample, seconds);
    if (ms.empty()) fail("nothing was delivered");
    std::ranges::sort(ms);
    std::cout << "{\"per_s\":" << static_cast<double>(ms.size()) / seconds
              << ",\"p50_ms\":" << ms[ms.size() / 2] << ",\"p99_ms\":" << ms[ms.size() * 99 / 100]
              << ",\"longest_ms\":" << ms.back() << "}\n";
}
