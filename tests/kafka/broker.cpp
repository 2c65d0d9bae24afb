#include "tests/kafka/broker.hpp"

#include "infra/kafka/client.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <vector>

namespace consularia::test {

using namespace infra::kafka;

namespace {

constexpr int kLongEnoughMs = 20'000;
constexpr int kOneBroker = 1;

using DeleteTopic = std::unique_ptr<rd_kafka_DeleteTopic_t, Free<rd_kafka_DeleteTopic_destroy>>;
using DeleteRecords =
    std::unique_ptr<rd_kafka_DeleteRecords_t, Free<rd_kafka_DeleteRecords_destroy>>;

void require(rd_kafka_resp_err_t error) {
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
}

void require(rd_kafka_error_t* error) {
    const Error owned(error);
    if (owned) throw std::runtime_error(rd_kafka_error_string(owned.get()));
}

Client admin(const std::string& topic) {
    return Client(kafka_options(topic), RD_KAFKA_CONSUMER, {});
}

Client producer(const std::string& topic, const Settings& settings = {}) {
    return Client(kafka_options(topic), RD_KAFKA_PRODUCER, settings);
}

Event result_in(const Queue& queue) {
    Event event(rd_kafka_queue_poll(queue.get(), kLongEnoughMs));
    if (!event) throw std::runtime_error("The broker does not answer.");
    require(rd_kafka_event_error(event.get()));
    return event;
}

void require_all(const rd_kafka_topic_result_t* const* results, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) require(rd_kafka_topic_result_error(results[i]));
}

/// Hands it to the client, without waiting for anything.
void enqueue(
    const Client& client, const std::string& key, const std::optional<std::string>& value
) {
    const int failed = rd_kafka_produce(
        client.topic(),
        0,
        RD_KAFKA_MSG_F_COPY,
        value ? const_cast<char*>(value->data()) : nullptr,
        value ? value->size() : 0,
        key.data(),
        key.size(),
        nullptr
    );
    if (failed != 0) require(rd_kafka_last_error());
}

std::int64_t end_of(const Client& client) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    require(rd_kafka_query_watermark_offsets(
        client.get(), client.topic_name().c_str(), 0, &low, &high, kLongEnoughMs
    ));
    return high;
}

StoredRecord stored(const rd_kafka_message_t& message) {
    StoredRecord record;
    record.key.assign(static_cast<const char*>(message.key), message.key_len);
    rd_kafka_headers_t* headers = nullptr;
    require(rd_kafka_message_headers(&message, &headers));
    const void* value = nullptr;
    std::size_t size = 0;
    require(rd_kafka_header_get_last(headers, "content-type", &value, &size));
    record.content_type.assign(static_cast<const char*>(value), size);
    return record;
}

}  // namespace

std::string bootstrap_servers() {
    const char* servers = std::getenv("CONSULARIA_TEST_KAFKA");
    if (servers == nullptr) {
        throw std::runtime_error(
            "These tests need a Kafka broker: put its HOST:PORT into CONSULARIA_TEST_KAFKA."
        );
    }
    return servers;
}

std::string new_topic_name() {
    std::random_device random;
    return "test." + std::to_string(random()) + "." + std::to_string(random());
}

infra::kafka::Options kafka_options(
    std::string topic, std::optional<ledger::Partition> partitions
) {
    Options options;
    options.bootstrap_servers = bootstrap_servers();
    options.topic = std::move(topic);
    options.partitions = partitions;
    options.open_timeout = std::chrono::milliseconds(kLongEnoughMs);
    return options;
}

TopicSettings good_topic_settings() {
    return {
        {"cleanup.policy", "delete"},
        {"flush.messages", "1"},
        {"max.message.bytes", "8388608"},
        {"min.insync.replicas", "1"},
        {"retention.bytes", "-1"},
        {"retention.ms", "-1"},
        {"unclean.leader.election.enable", "false"},
    };
}

void create_topic(
    const std::string& topic, const TopicSettings& settings, ledger::Partition partitions
) {
    const Client client = admin(topic);
    std::array<char, 512> why{};
    const NewTopic wanted(rd_kafka_NewTopic_new(
        topic.c_str(), static_cast<int>(partitions), kOneBroker, why.data(), why.size()
    ));
    for (const auto& [name, value] : settings) {
        require(rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str()));
    }
    std::array topics{wanted.get()};
    const Queue queue(rd_kafka_queue_new(client.get()));
    rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), nullptr, queue.get());
    const auto event = result_in(queue);
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count
    );
    require_all(results, count);
}

void delete_topic(const std::string& topic) {
    const Client client = admin(topic);
    const DeleteTopic unwanted(rd_kafka_DeleteTopic_new(topic.c_str()));
    std::array topics{unwanted.get()};
    const Queue queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteTopics(client.get(), topics.data(), topics.size(), nullptr, queue.get());
    const auto event = result_in(queue);
    std::size_t count = 0;
    const auto* results = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(event.get()), &count
    );
    require_all(results, count);
    while (partitions_of(topic) > 0) continue;
}

TopicSettings settings_of(const std::string& topic) {
    const Client client = admin(topic);
    const ConfigResource resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())
    );
    std::array resources{resource.get()};
    const Queue queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DescribeConfigs(
        client.get(), resources.data(), resources.size(), nullptr, queue.get()
    );
    const auto event = result_in(queue);
    std::size_t count = 0;
    const auto* results = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count
    );
    require(rd_kafka_ConfigResource_error(results[0]));
    const auto* const entries = rd_kafka_ConfigResource_configs(results[0], &count);
    TopicSettings settings;
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(entries[i]);
        settings[rd_kafka_ConfigEntry_name(entries[i])] = value != nullptr ? value : "";
    }
    return settings;
}

ledger::Partition partitions_of(const std::string& topic) {
    const Client client = admin(topic);
    const rd_kafka_metadata_t* metadata = nullptr;
    require(rd_kafka_metadata(client.get(), 0, client.topic(), &metadata, kLongEnoughMs));
    const int partitions = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    return static_cast<ledger::Partition>(partitions);
}

void delete_records_before(const std::string& topic, ledger::Position position) {
    const Client client = admin(topic);
    const TopicPartitions places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), 0)->offset =
        static_cast<std::int64_t>(position);
    const DeleteRecords unwanted(rd_kafka_DeleteRecords_new(places.get()));
    std::array records{unwanted.get()};
    const Queue queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteRecords(client.get(), records.data(), records.size(), nullptr, queue.get());
    const auto event = result_in(queue);
    const auto* done =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
    require(done->elems[0].err);
}

void produce(
    const std::string& topic, const std::string& key, const std::optional<std::string>& value
) {
    const Client client = producer(topic, {{"message.max.bytes", "10000000"}, {"acks", "all"}});
    enqueue(client, key, value);
    require(rd_kafka_flush(client.get(), kLongEnoughMs));
}

void produce_with_header(
    const std::string& topic,
    const std::string& value,
    const std::string& header,
    const std::string& header_value
) {
    const Client client = producer(topic, {{"acks", "all"}});
    std::array<rd_kafka_vu_t, 5> parts{};
    parts[0].vtype = RD_KAFKA_VTYPE_RKT;
    parts[0].u.rkt = client.topic();
    parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    parts[1].u.i32 = 0;
    parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[2].u.i = RD_KAFKA_MSG_F_COPY;
    parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
    parts[3].u.mem = {const_cast<char*>(value.data()), value.size()};
    parts[4].vtype = RD_KAFKA_VTYPE_HEADER;
    parts[4].u.header = {
        header.c_str(), header_value.data(), static_cast<std::ptrdiff_t>(header_value.size())};
    require(rd_kafka_produceva(client.get(), parts.data(), parts.size()));
    require(rd_kafka_flush(client.get(), kLongEnoughMs));
}

void produce_in_transaction(const std::string& topic, const std::string& value) {
    const Client client = producer(topic, {{"transactional.id", topic}});
    require(rd_kafka_init_transactions(client.get(), kLongEnoughMs));
    const std::int64_t before = end_of(client);
    require(rd_kafka_begin_transaction(client.get()));
    enqueue(client, "", value);
    require(rd_kafka_commit_transaction(client.get(), kLongEnoughMs));
    // The record and the marker, which comes when it likes.
    while (end_of(client) < before + 2) continue;
}

StoredRecord first_record(const std::string& topic, ledger::Partition partition) {
    const Client client(kafka_options(topic), RD_KAFKA_CONSUMER, {});
    const auto number = static_cast<std::int32_t>(partition);
    if (rd_kafka_consume_start(client.topic(), number, 0) != 0) require(rd_kafka_last_error());
    // It goes before its client, which waits for it.
    const Message message(rd_kafka_consume(client.topic(), number, kLongEnoughMs));
    rd_kafka_consume_stop(client.topic(), number);
    if (!message) throw std::runtime_error("No record comes.");
    require(message->err);
    return stored(*message);
}

}  // namespace consularia::test
