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
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;

constexpr std::size_t kSample = 10'000;

[[noreturn]] void fail(const std::string& why) {
    std::cerr << "kafka_floor: " << why << "\n";
    std::exit(1);
}

/// What is in flight, each since when; a delivered one makes place for the next.
struct Flight {
    std::vector<Clock::time_point> since;
    std::vector<std::size_t> free;
    std::vector<double> ms;
};

void on_delivery(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* opaque) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2str(message->err));
    auto& flight = *static_cast<Flight*>(opaque);
    const auto place = reinterpret_cast<std::size_t>(message->_private);
    flight.ms.push_back(Ms(Clock::now() - flight.since[place]).count());
    flight.free.push_back(place);
}

rd_kafka_t* make_producer(const std::string& servers, Flight& flight) {
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
    rd_kafka_conf_set_opaque(conf, &flight);
    rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
    if (producer == nullptr) fail(why.data());
    return producer;
}

void send(rd_kafka_t* producer, const std::string& topic, const std::string& value, void* place) {
    const auto error = rd_kafka_producev(
        producer,
        RD_KAFKA_V_TOPIC(topic.c_str()),
        RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_OPAQUE(place),
        RD_KAFKA_V_END
    );
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(rd_kafka_err2str(error));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "kafka_floor SERVERS TOPIC LEDGER IN_FLIGHT SECONDS\n";
        return 2;
    }
    const auto source = consularia::infra::rocks::open_embedded_ledger_read_only(argv[3]);
    const auto sample = source->records()->read(0, 0, kSample);
    const auto in_flight = static_cast<std::size_t>(std::atoi(argv[4]));
    Flight flight;
    flight.since.resize(in_flight);
    auto* producer = make_producer(argv[1], flight);
    std::size_t sent = 0;
    // The first one connects, and is not counted.
    for (std::size_t place = 0; place < in_flight; ++place) flight.free.push_back(place);
    auto begin = Clock::now();
    auto end = begin + std::chrono::seconds(3600);
    bool counting = false;
    while (Clock::now() < end) {
        const std::size_t most = counting ? in_flight : 1;
        while (in_flight - flight.free.size() < most && !flight.free.empty()) {
            const auto place = flight.free.back();
            flight.free.pop_back();
            flight.since[place] = Clock::now();
            send(
                producer,
                argv[2],
                sample[sent++ % sample.size()].value,
                reinterpret_cast<void*>(place)
            );
        }
        rd_kafka_poll(producer, 10);
        if (!counting && !flight.ms.empty()) {
            counting = true;
            flight.ms.clear();
            begin = Clock::now();
            end = begin + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(std::atof(argv[5]))
                          );
        }
    }
    const double seconds = Ms(Clock::now() - begin).count() / 1000;
    auto& ms = flight.ms;
    if (ms.empty()) fail("nothing was delivered");
    std::ranges::sort(ms);
    std::cout << "{\"per_s\":" << static_cast<double>(ms.size()) / seconds
              << ",\"p50_ms\":" << ms[ms.size() / 2] << ",\"p99_ms\":" << ms[ms.size() * 99 / 100]
              << ",\"longest_ms\":" << ms.back() << "}\n";
    rd_kafka_flush(producer, 10'000);
    rd_kafka_destroy(producer);
}
