#include "node/thaw.hpp"

#include "projections/thaw.hpp"

#include <atomic>
#include <spdlog/spdlog.h>
#include <string>
#include <utility>
#include <vector>

namespace consularia::node {

namespace {

using End = projections::ThawStep::End;

std::string stage_name(const std::vector<projections::Thawable>& frozen) {
    const auto count = frozen.size();
    return "applying the facts of " + std::to_string(count) +
           (count == 1 ? " organization" : " organizations") +
           " that an older version could not read";
}

/// A freeze by a fact that this version cannot apply either is logged when it is noticed.
void log_end(domain::OrganizationId organization, End end, std::size_t applied) {
    if (end == End::thawed) {
        spdlog::info(
            "organization {} is no longer frozen: {} facts were applied",
            organization.to_string(),
            applied
        );
    } else if (end == End::facts_missing) {
        spdlog::warn(
            "organization {} stays frozen until the next start: the journal does not have its "
            "facts yet",
            organization.to_string()
        );
    }
}

}  // namespace

bool thaw(
    projections::ReadStore& store,
    const journal::Journal& journal,
    const projections::RowInputs& inputs,
    projections::ProjectorOptions options,
    StartProgress& progress,
    const std::function<bool()>& stopping
) {
    options.on_frozen =
        [](domain::OrganizationId organization, ledger::Position position, std::string_view why) {
            spdlog::warn(
                "organization {} stays frozen, by the record at position {}: {}",
                organization.to_string(),
                position,
                why
            );
        };
    projections::Thaw thaw(store, journal, inputs, std::move(options));
    const auto frozen = thaw.find();
    if (frozen.empty()) return true;
    std::uint64_t total = 0;
    for (const auto& one : frozen) total += one.facts;
    std::atomic<std::uint64_t> done = 0;
    const StartStage stage(progress, stage_name(frozen), [&done, total] {
        return StartProgress::Measure{done, total};
    });
    for (const auto& [organization, facts] : frozen) {
        std::size_t applied = 0;
        auto end = End::unfinished;
        while (end == End::unfinished) {
            if (stopping()) return false;
            const auto step = thaw.step(organization);
            end = step.end;
            applied += step.applied;
            done += step.applied;
        }
        log_end(organization, end, applied);
    }
    return true;
}

}  // namespace consularia::node
