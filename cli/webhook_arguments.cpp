#include "cli/webhook_arguments.hpp"

#include "cli/arguments.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace consularia::cli {

namespace {

constexpr const char* kHeading = "Webhooks";
constexpr std::uint64_t kMonthInSeconds = 31ULL * 24 * 3600;
constexpr int kMostDelays = 20;

std::string listed(const std::vector<std::chrono::seconds>& delays) {
    std::string text;
    for (const auto delay : delays)
        text += (text.empty() ? "" : ",") + std::to_string(delay.count());
    return text;
}

}  // namespace

void add_webhook_retries(CLI::App* serve, reactions::webhooks::Retries& retries) {
    serve
        ->add_option_function<std::vector<std::uint64_t>>(
            "--webhook-retry-s",
            [&retries](const std::vector<std::uint64_t>& seconds) {
                retries.delays.clear();
                for (const auto count : seconds) retries.delays.emplace_back(count);
            },
            "When a failed delivery is tried again, after each failure; the last one goes on"
        )
        ->envname(variable_of("webhook-retry-s"))
        ->delimiter(',')
        ->expected(1, kMostDelays)
        ->check(CLI::Range(std::uint64_t{1}, kMonthInSeconds))
        ->default_str(listed(retries.delays))
        ->group(kHeading);
    add(serve,
        "webhook-failing-after-s",
        retries.failing_after,
        "After so long of failures alone an endpoint is failing, and only probed")
        ->check(CLI::Range(std::uint64_t{1}, kMonthInSeconds))
        ->group(kHeading);
    add(serve, "webhook-probe-s", retries.probe_every, "How often a failing endpoint is tried")
        ->check(CLI::Range(std::uint64_t{1}, kMonthInSeconds))
        ->group(kHeading);
}

}  // namespace consularia::cli
