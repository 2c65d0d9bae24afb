#pragma once
// A node's counters and timings, by Prometheus' conventions: names end in their unit, counters in
// _total (docs/operations.md lists them).

#include "infra/metrics/gauges.hpp"
#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/acceptance.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {

/// Thread-safe. Durations are exposed in seconds.
class Metrics {
  public:
    using Duration = std::chrono::microseconds;

    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    /// `route` is a path pattern that lives as long as the program; empty: unknown.
    void request(std::string_view method, std::string_view route, int status, Duration duration);
    /// From submission to answer. `outcome`: accepted, unchanged, refused, unavailable …
    void command(std::string_view outcome, Duration duration);
    /// `result`: appended, fate_unknown, not_appended.
    void append(std::string_view result, std::size_t records, Duration duration);
    /// `limit`: the name of an api::Rate. With 0 times it is only shown, so that an alert sees the
    /// first occurrence.
    void throttled(std::string_view limit, std::size_t times = 1);
    /// `reason`: limit, address, descriptor, failed.
    void refused_connections(std::string_view reason, std::size_t count);
    void sync(bool caught_up, Duration duration);
    /// For these two, 0 makes the counter appear before there is anything to count.
    void facts(ledger::Partition partition, std::uint64_t count);
    void void_records(ledger::Partition partition, std::uint64_t count);
    void frozen_record();
    void bad_time();
    /// `outcome`: delivered, refused, unanswered. 0 makes the counter appear.
    void webhook_attempt(std::string_view outcome, std::size_t times = 1);
    void kafka_broker(const KafkaBrokerGauges& gauges);
    /// `store`: ledger, read.
    void table_files(
        const std::string& store, std::size_t sound, std::size_t unchecked, std::size_t damaged
    );

    /// Called at each exposition, until replaced by another function (which may be empty).
    void watch_partitions(std::function<std::vector<PartitionGauges>()> look);
    void watch_readiness(std::function<bool()> ready);
    /// Bytes of bodies and answers in memory.
    void watch_in_flight(std::function<std::size_t()> bytes);
    /// Open event streams and requests that wait for events.
    void watch_followers(std::function<std::size_t()> count);
    void watch_webhooks(std::function<std::vector<WebhookGauges>()> look);
    void watch_rebuild(std::function<RebuildGauges()> look);
    void watch_health(std::function<std::vector<ledger::Trouble>()> look);

    /// The exposition: Prometheus' text format, version 0.0.4.
    [[nodiscard]] std::string expose() const;

    /// Serves the exposition at /metrics on ADDRESS:PORT until destroyed; port 0 selects a free
    /// one. Returns the port. Call it at most once. Throws StorageError.
    int serve(const std::string& listen);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace consularia::infra
