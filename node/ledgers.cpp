#include "node/ledgers.hpp"

#include "infra/kafka/records.hpp"
#include "infra/kafka/stats_json.hpp"
#include "infra/rocks/ledger.hpp"
#include "node/data_dir.hpp"
#include "node/usage_error.hpp"
#include "projections/projector.hpp"

#include <chrono>
#include <map>
#include <spdlog/spdlog.h>
#include <thread>

namespace consularia::node {

namespace {

constexpr std::string_view kKafka = "kafka:";
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::chrono::milliseconds kStatsEvery{5000};

void log_kafka(int level, const std::string& message) {
    if (level <= infra::kafka::kSyslogError) {
        spdlog::error("kafka: {}", message);
    } else if (level == infra::kafka::kSyslogWarning) {
        spdlog::warn("kafka: {}", message);
    } else {
        spdlog::debug("kafka: {}", message);
    }
}

bool has_applied_anything(const projections::ReadStore& store, ledger::Partition partitions) {
    const auto reader = store.snapshot();
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        if (projections::read_checkpoint(*reader, partition)) return true;
    }
    return false;
}

void check_witnesses(
    infra::kafka::Ledger& ledger,
    const projections::ReadStore& store,
    const std::function<bool()>& stopping
) {
    const auto reader = store.snapshot();
    std::map<ledger::Partition, projections::Checkpoint> witnesses;
    for (ledger::Partition partition = 0; partition < ledger.partitions(); ++partition) {
        const auto witness = projections::read_checkpoint(*reader, partition);
        if (witness) witnesses.emplace(partition, *witness);
    }
    ledger.check_witnesses(witnesses, stopping);
}

}  // namespace

bool is_kafka(const StoreOptions& options) {
    if (options.ledger == "embedded") return false;
    if (options.ledger.starts_with(kKafka) && options.ledger.size() > kKafka.size()) return true;
    throw UsageError(
        "--ledger must be embedded or kafka:HOST:PORT,… and not \"" + options.ledger + "\"."
    );
}

ledger::Partition partitions_of(const StoreOptions& options) {
    return is_kafka(options) ? options.partitions : 1;
}

void for_each_record(
    const StoreOptions& options,
    const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
    const std::vector<ledger::Position>& at_least
) {
    if (is_kafka(options)) {
        return infra::kafka::for_each_record(kafka_options(options), callback, at_least);
    }
    const auto directory = DataDir(options.data_dir).ledger();
    infra::rocks::for_each_record(directory, [&](const ledger::LogEntry& entry) {
        callback(0, entry);
    });
}

infra::kafka::Options kafka_options(const StoreOptions& options, infra::Metrics* metrics) {
    infra::kafka::Options kafka;
    kafka.bootstrap_servers = options.ledger.substr(kKafka.size());
    kafka.topic = options.topic;
    kafka.partitions = options.partitions;
    kafka.doubt_timeout = options.doubt_timeout;
    kafka.prefetch_bytes = options.prefetch_bytes;
    kafka.producers = options.producers;
    for (const auto& setting : options.kafka_config) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw UsageError("--kafka-config must be NAME=VALUE, not \"" + setting + "\".");
        }
        kafka.settings.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    }
    kafka.on_log = log_kafka;
    if (metrics != nullptr) {
        kafka.stats_interval = kStatsEvery;
        kafka.on_stats = [metrics](const std::string& json) {
            for (const auto& one : infra::kafka::read_stats(json)) metrics->kafka_broker(one);
        };
    }
    return kafka;
}

std::unique_ptr<ledger::Ledger> connect_kafka(
    infra::kafka::Options options,
    const projections::ReadStore& store,
    const std::function<bool()>& stopping
) {
    // A topic that was read before and is gone must not come back empty.
    options.create_topic = !has_applied_anything(store, options.partitions.value_or(1));
    std::string told;
    while (!stopping()) {
        try {
            auto ledger = infra::kafka::open_ledger(options);
            check_witnesses(*ledger, store, stopping);
            spdlog::info("ledger {} is open", ledger->identity());
            return ledger;
        } catch (const infra::kafka::Unreachable& error) {
            if (told != error.what()) {
                spdlog::warn("waiting for {}: {}", options.bootstrap_servers, error.what());
            }
            told = error.what();
            std::this_thread::sleep_for(kRetry);
        }
    }
    return nullptr;
}

}  // namespace consularia::node
