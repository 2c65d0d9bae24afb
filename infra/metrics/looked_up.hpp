#pragma once
// The metrics that show what is looked up at each exposition.

#include "infra/metrics/gauges.hpp"
#include "infra/metrics/readings.hpp"

#include <cstdint>
#include <limits>

namespace consularia::infra {

inline double in_double(std::uint64_t count) {
    return static_cast<double>(count);
}

using OfPartition = Reading<PartitionGauges>;

inline constexpr OfPartition kOfPartition[] = {
    {OfPartition::Kind::gauge,
     "consularia_queued_commands",
     "Commands without an answer yet",
     [](const PartitionGauges& now) { return in_double(now.queued_commands); }},
    {OfPartition::Kind::counter,
     "consularia_second_rounds_total",
     "Times that commands were decided again because another node's record came first",
     [](const PartitionGauges& now) { return in_double(now.second_rounds); }},
    {OfPartition::Kind::gauge,
     "consularia_applied_position",
     "The log is applied up to here",
     [](const PartitionGauges& now) { return in_double(now.applied); }},
    {OfPartition::Kind::gauge,
     "consularia_ledger_end_position",
     "The log's end, as last heard",
     [](const PartitionGauges& now) { return in_double(now.end); }},
    {OfPartition::Kind::gauge,
     "consularia_lag_records",
     "Records of the log that are not applied yet",
     [](const PartitionGauges& now) { return in_double(now.end - now.applied); }},
};

using OfRebuild = Reading<RebuildGauges>;

inline constexpr OfRebuild kOfRebuild[] = {
    {OfRebuild::Kind::gauge,
     "consularia_rebuild_records",
     "Records that a read store being rebuilt needs",
     [](const RebuildGauges& now) { return in_double(now.records); }},
    {OfRebuild::Kind::gauge,
     "consularia_rebuild_applied_records",
     "Those of them that it has",
     [](const RebuildGauges& now) { return in_double(now.applied); }},
    {OfRebuild::Kind::gauge,
     "consularia_rebuild_progress_ratio",
     "The share of them that it has, from 0 to 1",
     [](const RebuildGauges& now) {
         return now.records > 0 ? in_double(now.applied) / in_double(now.records) : 0;
     }},
    {OfRebuild::Kind::gauge,
     "consularia_rebuild_records_per_second",
     "How fast they are applied; 0 while not known",
     [](const RebuildGauges& now) { return now.per_second; }},
    {OfRebuild::Kind::gauge,
     "consularia_rebuild_remaining_seconds",
     "Until all are applied; NaN while not known",
     [](const RebuildGauges& now) {
         const auto unknown = now.records > 0 ? std::numeric_limits<double>::quiet_NaN() : 0;
         return now.left ? now.left->count() : unknown;
     }},
};

using OfBroker = Reading<KafkaBrokerGauges>;

// librdkafka counts from its client's start on, like us.
inline constexpr OfBroker kOfBroker[] = {
    {OfBroker::Kind::gauge,
     "consularia_kafka_broker_up",
     "1 when the connection to the broker stands",
     [](const KafkaBrokerGauges& now) { return now.up ? 1.0 : 0.0; }},
    {OfBroker::Kind::gauge,
     "consularia_kafka_broker_round_trip_seconds",
     "Mean of librdkafka's last interval",
     [](const KafkaBrokerGauges& now) { return now.round_trip.count(); }},
    {OfBroker::Kind::gauge,
     "consularia_kafka_broker_waiting_requests",
     "Requests to the broker without answer",
     [](const KafkaBrokerGauges& now) { return in_double(now.waiting_requests); }},
    {OfBroker::Kind::counter,
     "consularia_kafka_broker_request_timeouts_total",
     "Requests that timed out",
     [](const KafkaBrokerGauges& now) { return in_double(now.request_timeouts); }},
    {OfBroker::Kind::counter,
     "consularia_kafka_broker_retries_total",
     "Requests that were sent again",
     [](const KafkaBrokerGauges& now) { return in_double(now.transmit_retries); }},
    {OfBroker::Kind::counter,
     "consularia_kafka_broker_transmit_errors_total",
     "Requests that could not be sent",
     [](const KafkaBrokerGauges& now) { return in_double(now.transmit_errors); }},
};

}  // namespace consularia::infra
