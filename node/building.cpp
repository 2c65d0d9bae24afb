#include "node/building.hpp"

#include "base/stoppable_thread.hpp"
#include "node/thaw.hpp"

#include <chrono>

namespace consularia::node {

namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Building::Building(const std::filesystem::path& place, const BuildContext& context)
    : place_(place),
      context_(context),
      store_(open_read_store(place, context.settings)),
      projector_(*store_, context.journal, context.inputs, build_options(context.settings)) {}

bool Building::thaw(StartProgress& progress, const std::stop_token& stop) {
    return node::thaw(
        *store_,
        context_.journal,
        context_.inputs,
        build_options(context_.settings),
        progress,
        [&stop] { return stop.stop_requested(); }
    );
}

bool Building::approach(const std::stop_token& stop) {
    for (auto before = gap(); before > kSmallGap; before = gap()) {
        if (!apply_past(stop)) return false;
        if (gap() > before / 2) break;
    }
    flush();
    while (gap() > kSmallGap) {
        if (stop.stop_requested()) return false;
        catch_up_all();
    }
    return !stop.stop_requested();
}

void Building::finish() {
    while (gap() > 0) catch_up_all();
    flush();
}

bool Building::complete(const tables::Reader& serving) {
    while (gap() > 0) catch_up_all();
    const auto built = store_->snapshot();
    return reaches(*built, serving, context_.journal) && reaches(serving, *built, context_.journal);
}

StartProgress::Measure Building::done() const {
    return measure(projector_, context_.journal);
}

std::uint64_t Building::gap() const {
    const auto now = done();
    return now.total - now.done;
}

/// Syncing costs the disk something even if nothing has changed.
void Building::flush() {
    const auto now = done().done;
    if (now == flushed_) return;
    store_->flush();
    flushed_ = now;
}

void Building::catch_up_all() {
    expect_space_to_rebuild(place_, context_.settings);
    const auto partitions = context_.journal.log().partitions;
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        (void)projector_.catch_up(partition);
    }
}

/// What the journal has at the moment. Returns false if it was stopped before.
bool Building::apply_past(const std::stop_token& stop) {
    const auto partitions = context_.journal.log().partitions;
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        const auto end = context_.journal.next_position(partition);
        while (projector_.next_position(partition) < end) {
            expect_space_to_rebuild(place_, context_.settings);
            const auto begun = Clock::now();
            const std::chrono::duration<double> due(
                static_cast<double>(projector_.catch_up(partition)) /
                static_cast<double>(context_.settings.rebuild.bytes_per_s)
            );
            const auto pause = due - (Clock::now() - begun);
            if (stopped_within(stop, std::chrono::duration_cast<Clock::duration>(pause))) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace consularia::node
