#pragma once
// When a delivery that failed is tried again.

#include <chrono>
#include <vector>

namespace consularia::reactions::webhooks {

struct Retries {
    /// After the first failure, the second …; the last one holds for all that follow.
    std::vector<std::chrono::seconds> delays{
        std::chrono::seconds(5),
        std::chrono::minutes(5),
        std::chrono::minutes(30),
        std::chrono::hours(2),
        std::chrono::hours(5),
        std::chrono::hours(10)};
    /// Each of them is shorter or longer by up to this part of it.
    double jitter = 0.2;
    /// A longer Retry-After is taken for this.
    std::chrono::seconds longest_retry_after = std::chrono::hours(24);
    /// After so long of failures alone an endpoint is failing …
    std::chrono::seconds failing_after = std::chrono::hours(5 * 24);
    /// … and is tried so often.
    std::chrono::seconds probe_every = std::chrono::hours(1);
};

}  // namespace consularia::reactions::webhooks
