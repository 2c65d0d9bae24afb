// The ledger of many nodes: a Kafka topic.

#include "infra/kafka/group.hpp"
#include "infra/kafka/ledger.hpp"
#include "infra/kafka/records.hpp"
#include "infra/kafka/stats_json.hpp"
#include "infra/kafka/webhook_progress.hpp"
#include "node/ledger_backend.hpp"
#include "node/usage_error.hpp"

#include <map>
#include <memory>
#include <spdlog/spdlog.h>
#include <thread>
#include <utility>

namespace consularia::node {

namespace {

constexpr std::string_view kKafka = "kafka:";
constexpr std::string_view kForm = "kafka:HOST:PORT,…";
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::chrono::milliseconds kStatsEvery{5000};
/// Connections of each librdkafka client to brokers, and the pipes that wake their threads.
constexpr std::size_t kBrokerFiles = 128;

void log_kafka(int level, const std::string& message) {
    if (level <= infra::kafka::kSyslogError) {
        spdlog::error("kafka: {}", message);
    } else if (level == infra::kafka::kSyslogWarning) {
        spdlog::warn("kafka: {}", message);
    } else {
        spdlog::debug("kafka: {}", message);
    }
}

/// Throws UsageError.
infra::kafka::Options kafka_options(const StoreOptions& options) {
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
    return kafka;
}

using Witnesses = std::map<ledger::Partition, ledger::Checkpoint>;

/// For each partition that this node has read something of.
Witnesses witnesses_in(const DataDir& dir, ledger::Partition partitions) {
    Witnesses witnesses;
    const auto found = find_witnesses_of_one_ledger(dir, partitions);
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        if (found[partition]) witnesses.emplace(partition, *found[partition]);
    }
    return witnesses;
}

/// Opens the ledger for these witnesses. Waits for brokers until `stopping` returns true; then
/// returns null. Creates the topic if the options say so and it is absent.
std::unique_ptr<ledger::Ledger> connect_ledger(
    infra::kafka::Options options, const Witnesses& witnesses, const Stopping& stopping
) {
    std::string logged;
    while (!stopping()) {
        try {
            auto ledger = infra::kafka::open_ledger(options);
            ledger->check_witnesses(witnesses, stopping);
            spdlog::info("ledger {} is open", ledger->identity());
            return ledger;
        } catch (const infra::kafka::Unreachable& error) {
            if (logged != error.what()) {
                spdlog::warn("waiting for {}: {}", options.bootstrap_servers, error.what());
            }
            logged = error.what();
            std::this_thread::sleep_for(kRetry);
        }
    }
    return nullptr;
}

SharedProgress share_progress(
    const infra::kafka::Options& options,
    ledger::Partition partitions,
    infra::kafka::WebhookProgress::Ports ports
) {
    auto store =
        std::make_unique<infra::kafka::WebhookProgress>(options, partitions, std::move(ports));
    auto may_serve = [known = store.get()](ledger::Partition partition) {
        return known->may_serve(partition);
    };
    auto& deliveries = store->deliveries();
    return {std::move(store), &deliveries, std::move(may_serve)};
}

class KafkaBackend final : public LedgerBackend {
  public:
    explicit KafkaBackend(const StoreOptions& options)
        : partitions_(options.partitions), options_(kafka_options(options)) {}

    std::string name() const override { return "Kafka"; }

    bool shared() const override { return true; }

    ledger::Partition partitions() const override { return partitions_; }

    ledger::WriteFormat write_format() const override { return kKafkaLedger.write_format; }

    std::size_t files() const override { return kBrokerFiles; }

    std::string identity() const override { return infra::kafka::identity_of(options_); }

    std::optional<ServedLedger> open(const Opening& opening) const override {
        const auto witnesses = witnesses_in(opening.dir, partitions_);
        const bool known = !witnesses.empty() || has_read_anything(opening.dir);
        auto read_places = open_data(opening, witnesses);
        if (!read_places) return std::nullopt;
        if (!witnesses.empty()) opening.on_read_store(*read_places);
        auto options = options_;
        // A topic that was there before and is gone must not come back empty.
        options.create_topic = !known;
        options.delivery_timeout = opening.delivery_timeout;
        options.stats_interval = kStatsEvery;
        options.on_stats = [&metrics = opening.metrics](const std::string& json) {
            for (const auto& one : infra::kafka::read_stats(json)) metrics.kafka_broker(one);
        };
        opening.progress.begin("waiting for the brokers of the ledger");
        auto ledger = connect_ledger(options, witnesses, opening.stopping);
        if (!ledger) return std::nullopt;
        if (witnesses.empty()) {
            opening.journal.open({.identity = ledger->identity(), .partitions = partitions_});
            if (!known) opening.journal.note_log();
            opening.on_read_store(*read_places);
        }
        const auto group = std::make_shared<infra::kafka::Group>(options, ledger->partitions());
        const auto is_ours = [group](ledger::Partition partition) {
            return group->is_ours(partition);
        };
        return ServedLedger{
            .ledger = std::move(ledger),
            .is_ours = is_ours,
            .share_progress =
                [options, partitions = partitions_, is_ours](auto& own, auto& deliveries) {
                    return share_progress(options, partitions, {is_ours, own, deliveries});
                }};
    }

    HeldLedger open_alone() const override {
        return {.lock = nullptr, .ledger = infra::kafka::open_ledger(options_)};
    }

    void for_each_record(
        const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
        const std::vector<ledger::Position>& at_least,
        const std::vector<ledger::Position>& from
    ) const override {
        infra::kafka::for_each_record(options_, callback, at_least, from);
    }

  private:
    /// What needs no broker. Empty if it was stopped.
    [[nodiscard]] std::optional<ReadPlaces> open_data(
        const Opening& opening, const Witnesses& witnesses
    ) const {
        opening.progress.begin("opening the journal");
        auto journal_store = open_journal(opening.dir, opening.settings);
        journal::Journal journal(*journal_store);
        journal::JournaledLog log{.identity = {}, .partitions = partitions_};
        if (!witnesses.empty()) log.identity = witnesses.begin()->second.ledger_identity;
        journal.open(log);
        if (!complete_trees(*journal_store, journal, opening.progress, opening.stopping)) return {};
        auto read = start_read_store(
            {opening.dir, opening.inputs, opening.settings, journal},
            opening.progress,
            opening.stopping
        );
        if (!read.store) return std::nullopt;
        opening.journal_store.open(std::move(journal_store));
        if (!witnesses.empty()) opening.journal.open(log);
        opening.read_store.open(std::move(read.store));
        return std::move(read.places);
    }

    const ledger::Partition partitions_;
    const infra::kafka::Options options_;
};

std::unique_ptr<LedgerBackend> choose(const StoreOptions& options) {
    if (!options.ledger.starts_with(kKafka) || options.ledger.size() == kKafka.size()) {
        return nullptr;
    }
    return std::make_unique<KafkaBackend>(options);
}

std::unique_ptr<LedgerBackend> choose_topic(const std::string& side, StoreOptions options) {
    options.ledger = side;
    return choose(options);
}

}  // namespace

const LedgerKind kKafkaLedger{
    .option = kForm,
    .side = kForm,
    // Other nodes may run a binary that recognizes only this one.
    .write_format = ledger::WriteFormat::verbatim,
    .choose = choose,
    .choose_side = choose_topic,
};

}  // namespace consularia::node
