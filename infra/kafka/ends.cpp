#include "infra/kafka/ends.hpp"

#include "ledger/log/log_error.hpp"

#include <string>
#include <thread>

namespace consularia::infra::kafka {
namespace {

/// Returns the request's error, or that of the first partition with one. Fills in the offsets.
rd_kafka_resp_err_t ask(
    const Client& client, rd_kafka_topic_partition_list_t* query, Deadline deadline
) {
    const auto error = rd_kafka_offsets_for_times(client.get(), query, left_until(deadline));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
    for (int i = 0; i < query->cnt; ++i) {
        const auto& answer = query->elems[i];
        if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) return answer.err;
        if (answer.offset < 0) return RD_KAFKA_RESP_ERR__PARTIAL;  // was not answered
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

TopicPartitions make_query(
    const std::string& topic, std::span<const ledger::Partition> partitions, Edge edge
) {
    TopicPartitions query(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const ledger::Partition partition : partitions) {
        auto* asked = rd_kafka_topic_partition_list_add(
            query.get(), topic.c_str(), static_cast<std::int32_t>(partition)
        );
        asked->offset = edge == Edge::end ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    }
    return query;
}

/// The time-out per partition when they are asked one by one.
constexpr std::chrono::milliseconds kTimeoutAlone{200};

}  // namespace

Settings question_settings() {
    return {
        {"client.id", "consularia-questions"},
        // Otherwise open transactions of strangers would hide the end.
        {"isolation.level", "read_uncommitted"},
        {"enable.auto.commit", "false"},
        {"socket.timeout.ms", "1000"},
    };
}

std::vector<ledger::Position> ask_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
) {
    const Deadline deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const TopicPartitions query = make_query(client.topic_name(), partitions, edge);
        const auto error = ask(client, query.get(), deadline);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
            std::vector<ledger::Position> edges;
            edges.reserve(partitions.size());
            for (int i = 0; i < query->cnt; ++i) {
                edges.push_back(static_cast<ledger::Position>(query->elems[i].offset));
            }
            return edges;
        }
        const std::string sentence = "the brokers do not report where the Kafka topic " +
                                     client.topic_name() + " ends: " + words_of(error);
        // A broker may not know of a newly created topic yet.
        const bool unheard = error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        if (!unheard && !is_transient(error)) {
            // For a partition without a leader the client would ask again only minutes later.
            refresh_leaders(client, kTimeoutAlone);
            throw ledger::LogError(sentence);
        }
        if (std::chrono::steady_clock::now() + kKafkaRetryAfter >= deadline) {
            throw Unreachable(sentence);
        }
        std::this_thread::sleep_for(kKafkaRetryAfter);
    }
}

std::map<ledger::Partition, ledger::Position> ask_known_edges(
    const Client& client,
    std::span<const ledger::Partition> partitions,
    Edge edge,
    std::chrono::milliseconds timeout
) {
    std::map<ledger::Partition, ledger::Position> known;
    const Deadline deadline = std::chrono::steady_clock::now() + 2 * timeout;
    try {
        const auto edges = ask_edges(client, partitions, edge, timeout);
        for (std::size_t i = 0; i < edges.size(); ++i) known[partitions[i]] = edges[i];
        return known;
    } catch (const ledger::StorageError&) {
        if (partitions.size() < 2) throw;
    }
    std::string why;
    for (const ledger::Partition partition : partitions) {
        if (std::chrono::steady_clock::now() >= deadline) break;
        try {
            known[partition] = ask_edges(client, {&partition, 1}, edge, kTimeoutAlone).front();
        } catch (const ledger::StorageError& error) {
            why = error.what();
        }
    }
    if (known.empty()) throw Unreachable(why);
    return known;
}

void refresh_leaders(const Client& client, std::chrono::milliseconds timeout) {
    const rd_kafka_metadata_t* found = nullptr;
    (void
    )rd_kafka_metadata(client.get(), 0, client.topic(), &found, static_cast<int>(timeout.count()));
    const Metadata unused(found);
}

}  // namespace consularia::infra::kafka
