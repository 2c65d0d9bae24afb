// The worker of webhooks: rows of webhooks that were deleted while nobody was here to see it.

#include "projections/webhooks.hpp"
#include "reactions/webhooks/worker.hpp"

#include <utility>

namespace consularia::reactions::webhooks {

/// Who has rows was registered before, so after a sync the read store has it, if it exists.
void Worker::sweep() {
    if (sweep_ == Sweep::looks) return look_for_swept();
    const auto now = ports_.clock.steady();
    if (sweep_ == Sweep::syncs || now < sweep_at_) return;
    const bool first = sweep_at_ == ledger::Clock::Steady{};
    sweep_at_ = now + (first ? limits_.sweep_again : limits_.sweep_every);
    swept_ = webhooks_with_deliveries(*ports_.deliveries.snapshot());
    swept_.merge(ports_.progress.all());
    swept_up_to_.reset();
    if (swept_.empty()) return;
    sweep_ = Sweep::syncs;
    ports_.sync([inbox = inbox_](bool known) { inbox->synced(known); });
}

/// Some organizations in each pass.
void Worker::look_for_swept() {
    const auto reader = ports_.store.snapshot();
    const auto part = projections::organizations_with_webhooks(
        *reader, swept_up_to_, limits_.organizations_at_once
    );
    for (const auto& organization : part) {
        for (const auto& webhook : projections::find_webhooks(*reader, organization).all) {
            swept_.erase(webhook.id);
        }
    }
    if (part.size() == limits_.organizations_at_once) {
        swept_up_to_ = part.back();
    } else {
        erase_swept();
    }
}

void Worker::erase_swept() {
    sweep_ = Sweep::waits;
    std::size_t erased = 0;
    for (const auto& webhook : std::exchange(swept_, {})) {
        if (lanes_.contains(webhook)) continue;  // It is closed in a moment.
        log_.erase(webhook);
        ports_.progress.erase(webhook);
        ++erased;
    }
    if (erased > 0) ports_.on_swept(erased);
}

}  // namespace consularia::reactions::webhooks
