#include "node/readiness.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace consularia::node {

namespace {

using ledger::Partition;
using ledger::Trouble;

constexpr std::size_t kReasons = 4;

bool is_confirmed(const Trouble& trouble, const PartitionState& partition) {
    return trouble.component.part != ledger::Part::append || partition.end_known_at > trouble.since;
}

}  // namespace

std::set<Partition> find_sick(const std::vector<Trouble>& troubles) {
    std::set<Partition> sick;
    for (const Trouble& trouble : troubles) {
        const bool everywhere = trouble.reach == ledger::Reach::everywhere;
        if (everywhere && trouble.component.partition) sick.insert(*trouble.component.partition);
    }
    return sick;
}

Readiness judge(
    const std::vector<Trouble>& troubles,
    const std::vector<PartitionState>& partitions,
    ledger::Clock::Steady now
) {
    const auto sick = find_sick(troubles);
    Readiness readiness;
    for (const Trouble& trouble : troubles) {
        const auto partition = trouble.component.partition;
        const bool of_serving = !partition || (!sick.contains(*partition) &&
                                               is_confirmed(trouble, partitions.at(*partition)));
        const bool counts = of_serving && is_needed_to_serve(trouble.component.part);
        (counts ? readiness.faults : readiness.degraded).push_back(to_words(trouble, now));
    }
    for (Partition partition = 0; partition < partitions.size(); ++partition) {
        if (partitions[partition].serves || sick.contains(partition)) continue;
        readiness.faults.push_back("partition " + std::to_string(partition) + " is being read");
    }
    if (sick.size() == partitions.size()) {
        std::ranges::move(readiness.degraded, std::back_inserter(readiness.faults));
        readiness.degraded.clear();
    }
    return readiness;
}

std::string join(const std::vector<std::string>& reasons) {
    std::string joined;
    const auto shown = std::min(kReasons, reasons.size());
    for (std::size_t i = 0; i < shown; ++i) joined += (i > 0 ? "; " : "") + reasons[i];
    if (reasons.size() > shown) {
        joined += "; and " + std::to_string(reasons.size() - shown) + " more";
    }
    return joined;
}

}  // namespace consularia::node
