#include "infra/metrics/metrics.hpp"

#include "infra/metrics/looked_up.hpp"
#include "infra/metrics/webhook_metrics.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <tuple>
#include <utility>

namespace consularia::infra {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using prometheus::Registry;

/// Each thread serves one connection; an idle connection is closed after a while.
constexpr const char* kExposerThreads = "4";
constexpr const char* kExposerTimeoutMs = "5000";

/// From a quarter of a millisecond to ten seconds.
const Histogram::BucketBoundaries& seconds() {
    static const Histogram::BucketBoundaries kSeconds{
        0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    return kSeconds;
}

const Histogram::BucketBoundaries& records() {
    static const Histogram::BucketBoundaries kRecords{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    return kRecords;
}

double in_seconds(Metrics::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

Labels of_partition(ledger::Partition partition) {
    return {{"partition", std::to_string(partition)}};
}

/// One of a few names, whatever clients send.
std::string_view name_of(std::string_view method) {
    constexpr std::array<std::string_view, 7> kMethods{
        "GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"};
    const auto* const found = std::find(kMethods.begin(), kMethods.end(), method);
    return found == kMethods.end() ? "other" : *found;
}

std::uint64_t next_number() {
    static std::atomic<std::uint64_t> numbers{0};
    return ++numbers;
}

}  // namespace

/// The registry, with gauges that are updated before each exposition.
class Metrics::Impl final : public prometheus::Collectable {
  public:
    std::vector<prometheus::MetricFamily> Collect() const override {
        const std::lock_guard lock(mutex);
        if (look_at_partitions) show(look_at_partitions());
        if (is_ready) ready.Add({}).Set(is_ready() ? 1 : 0);
        if (bytes_in_flight) in_flight.Add({}).Set(in_double(bytes_in_flight()));
        if (count_followers) followers.Add({}).Set(in_double(count_followers()));
        if (look_at_webhooks) webhooks.show(look_at_webhooks());
        if (look_at_rebuild) of_rebuild.show({}, look_at_rebuild());
        if (look_at_health) show(look_at_health());
        return registry.Collect();
    }

    Family<Counter>& counter(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }

    Family<Gauge>& gauge(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }

    Family<Histogram>& histogram(const char* name, const char* help) {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }

    void show(const std::vector<PartitionGauges>& partitions) const {
        for (ledger::Partition partition = 0; partition < partitions.size(); ++partition) {
            of_partitions.show(of_partition(partition), partitions[partition]);
            set_fine(partition);
        }
    }

    void show(const std::vector<ledger::Trouble>& troubles) const {
        set_fine(std::nullopt);
        for (const auto& trouble : troubles) set_health(trouble.component, false);
    }

    /// Every part of the partition, or of the node.
    void set_fine(std::optional<ledger::Partition> partition) const {
        for (const auto part : kAllOf<ledger::Part>) {
            if (is_of_partition(part) == partition.has_value()) set_health({partition, part}, true);
        }
    }

    void set_health(const ledger::Component& component, bool fine) const {
        auto labels = component.partition ? of_partition(*component.partition) : Labels{};
        labels.emplace("part", to_string(component.part));
        (component.partition ? partition_health : node_health).Add(labels).Set(fine ? 1 : 0);
    }

    const std::uint64_t number = next_number();  ///< Distinguishes this object from all earlier
                                                 ///< ones.
    mutable Registry registry;
    mutable std::mutex mutex;  ///< Guards the functions, and is held while they run.
    std::function<std::vector<PartitionGauges>()> look_at_partitions;
    std::function<bool()> is_ready;
    std::function<std::size_t()> bytes_in_flight;
    std::function<std::size_t()> count_followers;
    std::function<std::vector<WebhookGauges>()> look_at_webhooks;
    std::function<RebuildGauges()> look_at_rebuild;
    std::function<std::vector<ledger::Trouble>()> look_at_health;

    Family<Counter>& requests =
        counter("consularia_http_requests_total", "Requests that were answered");
    Family<Histogram>& request_seconds = histogram(
        "consularia_http_request_duration_seconds", "From a request's head to the end of its answer"
    );
    Family<Gauge>& in_flight =
        gauge("consularia_http_in_flight_bytes", "Bytes of bodies and answers in memory");
    Family<Gauge>& followers =
        gauge("consularia_event_followers", "Open event streams and requests that wait for events");
    Family<Counter>& throttled_requests =
        counter("consularia_throttled_requests_total", "Requests that a rate answered with 429");
    Family<Counter>& refusals =
        counter("consularia_refused_connections_total", "Connections that were not served");
    Family<Histogram>& command_seconds = histogram(
        "consularia_command_duration_seconds",
        "From a command's submission to its answer: durable and visible, when accepted"
    );
    Family<Histogram>& append_seconds =
        histogram("consularia_append_duration_seconds", "Until an append was durable, or given up");
    Histogram& append_records =
        histogram("consularia_append_records", "Records that were appended together")
            .Add({}, records());
    Family<Histogram>& sync_seconds = histogram(
        "consularia_sync_duration_seconds",
        "Until a read knew that it sees everything acknowledged before it"
    );
    Family<Counter>& facts_seen =
        counter("consularia_facts_total", "Records that were applied as facts since the start");
    Family<Counter>& voids_seen =
        counter("consularia_void_records_total", "Records that were judged void since the start");
    Family<Counter>& frozen_seen = counter(
        "consularia_frozen_records_total", "Facts that this version could not apply since the start"
    );
    Family<Counter>& bad_times = counter(
        "consularia_bad_record_times_total",
        "Facts since the start whose time does not follow their predecessor's"
    );
    mutable WebhookMetrics webhooks{registry};
    const Readings<PartitionGauges> of_partitions{registry, kOfPartition};
    const Readings<RebuildGauges> of_rebuild{registry, kOfRebuild};
    Family<Gauge>& ready =
        gauge("consularia_ready", "1 when it can read the newest data and write");
    Family<Gauge>& partition_health = gauge(
        "consularia_partition_health", "1 while the part of the partition works, 0 while it fails"
    );
    Family<Gauge>& node_health =
        gauge("consularia_node_health", "1 while the part of the node works, 0 while it fails");
    Family<Gauge>& table_files =
        gauge("consularia_table_files", "Files of the databases, by what is known of them");
    const Readings<KafkaBrokerGauges> of_brokers{registry, kOfBroker};

    std::unique_ptr<prometheus::Exposer> exposer;  ///< Last: its thread uses all the others.
};

Metrics::Metrics() : impl_(std::make_shared<Impl>()) {
    // Present from the start, so that an alert sees the first occurrence.
    impl_->command_seconds.Add({{"outcome", "fate_unknown"}}, seconds());
    for (const char* reason : {"limit", "address", "descriptor", "failed"}) {
        impl_->refusals.Add({{"reason", reason}});
    }
    impl_->frozen_seen.Add({});
    impl_->bad_times.Add({});
}

Metrics::~Metrics() {
    impl_->exposer.reset();
}

void Metrics::request(
    std::string_view method, std::string_view route, int status, Duration duration
) {
    // Looking a metric up by its labels costs more than counting: each thread caches what it found.
    using Key = std::tuple<std::uint64_t, const char*, std::string_view, int>;

    struct Found {
        Counter* count;
        Histogram* duration;
    };

    thread_local std::map<Key, Found> known;
    const auto name = name_of(method);
    auto& found = known[{impl_->number, route.data(), name, status}];
    if (found.count == nullptr) {
        Labels labels{
            {"method", std::string(name)},
            {"route", route.empty() ? "unknown" : std::string(route)}};
        found.duration = &impl_->request_seconds.Add(labels, seconds());
        labels.emplace("status", std::to_string(status));
        found.count = &impl_->requests.Add(labels);
    }
    found.count->Increment();
    found.duration->Observe(in_seconds(duration));
}

void Metrics::command(std::string_view outcome, Duration duration) {
    impl_->command_seconds.Add({{"outcome", std::string(outcome)}}, seconds())
        .Observe(in_seconds(duration));
}

void Metrics::append(std::string_view result, std::size_t records, Duration duration) {
    impl_->append_seconds.Add({{"result", std::string(result)}}, seconds())
        .Observe(in_seconds(duration));
    impl_->append_records.Observe(in_double(records));
}

void Metrics::throttled(std::string_view limit, std::size_t times) {
    impl_->throttled_requests.Add({{"limit", std::string(limit)}}).Increment(in_double(times));
}

void Metrics::refused_connections(std::string_view reason, std::size_t count) {
    impl_->refusals.Add({{"reason", std::string(reason)}}).Increment(in_double(count));
}

void Metrics::sync(bool caught_up, Duration duration) {
    impl_->sync_seconds.Add({{"result", caught_up ? "caught_up" : "given_up"}}, seconds())
        .Observe(in_seconds(duration));
}

void Metrics::facts(ledger::Partition partition, std::uint64_t count) {
    impl_->facts_seen.Add(of_partition(partition)).Increment(in_double(count));
}

void Metrics::void_records(ledger::Partition partition, std::uint64_t count) {
    impl_->voids_seen.Add(of_partition(partition)).Increment(in_double(count));
}

void Metrics::frozen_record() {
    impl_->frozen_seen.Add({}).Increment();
}

void Metrics::table_files(
    const std::string& store, std::size_t sound, std::size_t unchecked, std::size_t damaged
) {
    const auto set = [&](const char* state, std::size_t count) {
        impl_->table_files.Add({{"store", store}, {"state", state}}).Set(in_double(count));
    };
    set("sound", sound);
    set("unchecked", unchecked);
    set("damaged", damaged);
}

void Metrics::bad_time() {
    impl_->bad_times.Add({}).Increment();
}

void Metrics::webhook_attempt(std::string_view outcome, std::size_t times) {
    impl_->webhooks.attempts(outcome, times);
}

void Metrics::kafka_broker(const KafkaBrokerGauges& now) {
    impl_->of_brokers.show({{"client", now.client}, {"broker", now.broker}}, now);
}

void Metrics::watch_partitions(std::function<std::vector<PartitionGauges>()> look) {
    const std::lock_guard lock(impl_->mutex);
    impl_->look_at_partitions = std::move(look);
}

void Metrics::watch_readiness(std::function<bool()> ready) {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_ready = std::move(ready);
}

void Metrics::watch_in_flight(std::function<std::size_t()> bytes) {
    const std::lock_guard lock(impl_->mutex);
    impl_->bytes_in_flight = std::move(bytes);
}

void Metrics::watch_followers(std::function<std::size_t()> count) {
    const std::lock_guard lock(impl_->mutex);
    impl_->count_followers = std::move(count);
}

void Metrics::watch_webhooks(std::function<std::vector<WebhookGauges>()> look) {
    const std::lock_guard lock(impl_->mutex);
    impl_->look_at_webhooks = std::move(look);
}

void Metrics::watch_rebuild(std::function<RebuildGauges()> look) {
    const std::lock_guard lock(impl_->mutex);
    impl_->look_at_rebuild = std::move(look);
}

void Metrics::watch_health(std::function<std::vector<ledger::Trouble>()> look) {
    const std::lock_guard lock(impl_->mutex);
    impl_->look_at_health = std::move(look);
}

std::string Metrics::expose() const {
    return prometheus::TextSerializer().Serialize(impl_->Collect());
}

int Metrics::serve(const std::string& listen) {
    try {
        impl_->exposer = std::make_unique<prometheus::Exposer>(std::vector<std::string>{
            "listening_ports",
            listen,
            "num_threads",
            kExposerThreads,
            "request_timeout_ms",
            kExposerTimeoutMs});
    } catch (const std::exception&) {  // which does not tell why
        throw ledger::StorageError(
            "cannot serve metrics on " + listen +
            ": the port is taken, or the address is none of this machine's"
        );
    }
    impl_->exposer->RegisterCollectable(impl_);
    return impl_->exposer->GetListeningPorts().at(0);
}

}  // namespace consularia::infra
