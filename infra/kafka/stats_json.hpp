#pragma once
// The relevant part of librdkafka's statistics (its STATISTICS.md describes them).

#include "infra/metrics/metrics.hpp"

#include <string>
#include <vector>

namespace consularia::infra::kafka {

/// One entry for each broker that the client knows; none if the text is not such statistics.
[[nodiscard]] std::vector<KafkaBrokerGauges> read_stats(const std::string& json);

}  // namespace consularia::infra::kafka
