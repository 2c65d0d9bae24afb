#include "infra/kafka/prefetch.hpp"

#include <algorithm>
#include <string>

namespace consularia::infra::kafka {
namespace {

constexpr std::size_t kKib = 1024;
constexpr std::size_t kMib = 1024 * kKib;

}  // namespace

Settings fetch_settings(std::size_t budget, ledger::Partition partitions) {
    const std::size_t share = budget / std::max<std::size_t>(partitions, 1);
    const auto of_one = std::clamp(share / 4, 16 * kKib, kMib);
    const auto queued = std::clamp(share / 2, 16 * kKib, 4 * kMib);
    const auto answer = std::clamp(budget / 8, kMib, 8 * kMib);
    return {
        {"fetch.message.max.bytes", std::to_string(of_one)},
        {"queued.max.messages.kbytes", std::to_string(queued / kKib)},
        {"queued.min.messages", "10000"},
        {"fetch.max.bytes", std::to_string(answer)},
    };
}

}  // namespace consularia::infra::kafka
