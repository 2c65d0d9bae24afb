#include "infra/kafka/topic.hpp"

#include "infra/kafka/topic_settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using ledger::Partition;
using ledger::StorageError;

constexpr int kMaxReplication = 3;
/// A request itself ends by its deadline; its result may take a moment longer.
constexpr std::chrono::seconds kGrace{1};
/// The other partitions matter more than one that has no leader for longer.
constexpr std::chrono::seconds kLeadersWithin{2};
/// A broker that was away may not know of an existing topic yet.
constexpr std::chrono::seconds kShowsUpWithin{2};

[[noreturn]] void fail(rd_kafka_resp_err_t error, const std::string& what) {
    const std::string sentence = what + ": " + words_of(error);
    if (is_transient(error)) throw Unreachable(sentence);
    throw StorageError(sentence);
}

/// What the brokers know about the topic.
struct TopicState {
    int brokers = 0;
    bool exists = false;
    Partition partitions = 0;
    std::vector<Partition> led;  ///< The partitions with a leader.
    int replication = 0;         ///< That of the least replicated partition.

    [[nodiscard]] bool settled() const { return partitions > 0 && led.size() == partitions; }
};

TopicState look(const Client& client, Deadline deadline) {
    const rd_kafka_metadata_t* found = nullptr;
    const auto error =
        rd_kafka_metadata(client.get(), 0, client.topic(), &found, left_until(deadline));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(error, "the Kafka brokers do not answer");
    const Metadata metadata(found);
    TopicState view;
    view.brokers = metadata->broker_cnt;
    if (metadata->topic_cnt != 1) return view;
    const rd_kafka_metadata_topic& topic = metadata->topics[0];
    if (topic.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return view;
    view.exists = true;
    if (topic.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) return view;
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        fail(topic.err, "the Kafka topic " + client.topic_name() + " cannot be used");
    }
    view.partitions = static_cast<Partition>(topic.partition_cnt);
    view.replication = INT32_MAX;
    for (int i = 0; i < topic.partition_cnt; ++i) {
        if (topic.partitions[i].leader >= 0) view.led.push_back(static_cast<Partition>(i));
        view.replication = std::min(view.replication, topic.partitions[i].replica_cnt);
    }
    return view;
}

void pause(Deadline deadline, const std::string& awaited) {
    if (std::chrono::steady_clock::now() >= deadline) throw Unreachable(awaited);
    std::this_thread::sleep_for(kKafkaRetryAfter);
}

/// Waits for all partitions until `patient_until`, then for one.
TopicState await_leaders(const Client& client, Deadline deadline, Deadline patient_until) {
    while (true) {
        TopicState view = look(client, deadline);
        const bool patient = std::chrono::steady_clock::now() < patient_until;
        if (view.settled() || (!patient && !view.led.empty())) return view;
        pause(
            deadline, "the Kafka topic " + client.topic_name() + " has no leader for some partition"
        );
    }
}

/// Throws StorageError if the topic does not appear for a while.
TopicState await_topic(const Client& client, Deadline deadline) {
    const Deadline until = std::min(deadline, std::chrono::steady_clock::now() + kShowsUpWithin);
    while (true) {
        TopicState view = look(client, deadline);
        if (view.exists) return view;
        if (std::chrono::steady_clock::now() >= until) {
            throw StorageError("there is no Kafka topic " + client.topic_name());
        }
        std::this_thread::sleep_for(kKafkaRetryAfter);
    }
}

AdminOptions admin_options(const Client& client, rd_kafka_admin_op_t operation, Deadline deadline) {
    AdminOptions options(rd_kafka_AdminOptions_new(client.get(), operation));
    std::array<char, 512> why{};
    (void)rd_kafka_AdminOptions_set_request_timeout(
        options.get(), left_until(deadline), why.data(), why.size()
    );
    return options;
}

Event await_result(rd_kafka_queue_t* queue, Deadline deadline, const std::string& what) {
    Event event(rd_kafka_queue_poll(queue, left_until(deadline + kGrace)));
    if (!event) throw Unreachable(what + ": the Kafka brokers do not answer");
    if (const auto error = rd_kafka_event_error(event.get())) fail(error, what);
    return event;
}

void create(
    const Client& client,
    Partition partitions,
    int replication,
    const TopicSettings& settings,
    Deadline deadline
) {
    const std::string what = "the Kafka topic " + client.topic_name() + " cannot be created";
    std::array<char, 512> why{};
    NewTopic topic(rd_kafka_NewTopic_new(
        client.topic_name().c_str(),
        static_cast<int>(partitions),
        replication,
        why.data(),
        why.size()
    ));
    if (!topic) throw SettingRefused(what + ": " + why.data());
    for (const auto& [name, value] : settings) {
        (void)rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    }
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline);
    const Queue queue(rd_kafka_queue_new(client.get()));
    std::array topics{topic.get()};
    rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), options.get(), queue.get());
    const auto event = await_result(queue.get(), deadline, what);
    std::size_t count = 0;
    const auto* results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count
    );
    for (std::size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(results[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;  // another node was faster
        const char* details = rd_kafka_topic_result_error_string(results[i]);
        fail(error, what + (details != nullptr ? std::string(" (") + details + ")" : ""));
    }
}

/// Empty if the broker that was asked does not know the topic yet.
std::optional<TopicSettings> read_settings(const Client& client, Deadline deadline) {
    const std::string what =
        "the settings of the Kafka topic " + client.topic_name() + " cannot be read";
    const ConfigResource resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, client.topic_name().c_str())
    );
    const auto options = admin_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline);
    const Queue queue(rd_kafka_queue_new(client.get()));
    std::array resources{resource.get()};
    rd_kafka_DescribeConfigs(
        client.get(), resources.data(), resources.size(), options.get(), queue.get()
    );
    const auto event = await_result(queue.get(), deadline, what);
    std::size_t count = 0;
    const auto* results = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count
    );
    if (count != 1) throw StorageError(what + ": the broker does not mention it");
    const auto error = rd_kafka_ConfigResource_error(results[0]);
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::nullopt;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(error, what);
    const auto* const entries = rd_kafka_ConfigResource_configs(results[0], &count);
    TopicSettings settings;
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(entries[i]);
        settings[rd_kafka_ConfigEntry_name(entries[i])] = value != nullptr ? value : "";
    }
    return settings;
}

TopicSettings await_settings(const Client& client, Deadline deadline) {
    while (true) {
        if (auto settings = read_settings(client, deadline)) return *std::move(settings);
        pause(deadline, "the Kafka brokers do not know the topic " + client.topic_name() + " yet");
    }
}

}  // namespace

TopicView open_topic(const Client& client, const Options& options, Deadline deadline) {
    const TopicState before =
        options.create_topic ? look(client, deadline) : await_topic(client, deadline);
    if (!before.exists) {
        const int replication = std::clamp(before.brokers, 1, kMaxReplication);
        create(
            client,
            options.partitions.value_or(kDefaultPartitions),
            replication,
            settings_of_new_topic(replication),
            deadline
        );
    }
    const TopicState view =
        await_leaders(client, deadline, std::chrono::steady_clock::now() + kLeadersWithin);
    check_topic_settings(client.topic_name(), await_settings(client, deadline), view.replication);
    if (const int possible = std::clamp(view.brokers, 1, kMaxReplication);
        view.replication < possible && options.on_log) {
        options.on_log(
            kSyslogWarning,
            "the topic " + client.topic_name() + " has replication " +
                std::to_string(view.replication) + ", though there are " +
                std::to_string(view.brokers) +
                " brokers: the loss of one may stop it (was it created while one was down?)"
        );
    }
    if (options.partitions && *options.partitions != view.partitions) {
        throw SettingRefused(
            "the Kafka topic " + client.topic_name() + " has " + std::to_string(view.partitions) +
            " partitions, but must have " + std::to_string(*options.partitions)
        );
    }
    return {view.partitions, view.led};
}

Partition find_topic(const Client& client, Deadline deadline) {
    (void)await_topic(client, deadline);
    return await_leaders(client, deadline, deadline).partitions;
}

void make_work_topic(const Client& client, Partition partitions, Deadline deadline) {
    const TopicState before = look(client, deadline);
    if (before.exists) return;
    create(client, partitions, std::clamp(before.brokers, 1, kMaxReplication), {}, deadline);
}

Partition open_progress_topic(const Client& client, Partition partitions, Deadline deadline) {
    const TopicState before = look(client, deadline);
    if (!before.exists) {
        const int replication = std::clamp(before.brokers, 1, kMaxReplication);
        create(
            client, partitions, replication, settings_of_new_progress_topic(replication), deadline
        );
    }
    const TopicState view = await_leaders(client, deadline, deadline);
    check_progress_topic_settings(client.topic_name(), await_settings(client, deadline));
    return view.partitions;
}

std::string identity(const Client& client, Deadline deadline) {
    char* id = rd_kafka_clusterid(client.get(), left_until(deadline));
    if (id == nullptr) throw Unreachable("the Kafka brokers do not report their cluster's id");
    std::string identity = "kafka/" + std::string(id) + "/" + client.topic_name();
    rd_kafka_mem_free(client.get(), id);
    return identity;
}

}  // namespace consularia::infra::kafka
