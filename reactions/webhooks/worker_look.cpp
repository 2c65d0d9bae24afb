// The worker of webhooks: which webhooks there are for it.

#include "projections/webhooks.hpp"
#include "reactions/webhooks/worker.hpp"

#include <algorithm>

namespace consularia::reactions::webhooks {

namespace {

/// Looking at all webhooks takes at most one part in so many of the time.
constexpr int kLookPart = 50;

bool begins_anew(const domain::Webhook& before, const domain::Webhook& after) {
    return before.start != after.start || before.settings.types != after.settings.types;
}

}  // namespace

/// A part of all organizations at each pass, from time to time; those that are known to have
/// changed at once.
void Worker::look_at_all() {
    const auto begun = std::chrono::steady_clock::now();
    const auto moment = ports_.clock.steady();
    if (moment < look_at_ && to_look_at_.empty()) return;
    const auto reader = ports_.store.snapshot();
    for (auto changed = std::exchange(to_look_at_, {}); !changed.empty();) {
        look_at_now(*reader, *changed.begin());
        changed.erase(changed.begin());
    }
    if (moment < look_at_) return;
    if (!looked_up_to_) ++looks_;
    const auto part = projections::organizations_with_webhooks(
        *reader, looked_up_to_, limits_.organizations_at_once
    );
    for (const auto& organization : part) look_at_now(*reader, organization);
    if (part.size() == limits_.organizations_at_once) {
        looked_up_to_ = part.back();
        return;
    }
    looked_up_to_.reset();
    // Those that have none any more.
    std::vector<domain::OrganizationId> gone;
    for (const auto& [organization, known] : organizations_) {
        if (known.looked < looks_) gone.push_back(organization);
    }
    for (const auto& organization : gone) look_at_now(*reader, organization);
    const auto took = std::chrono::steady_clock::now() - begun;
    look_at_ = moment +
               std::max<std::chrono::steady_clock::duration>(limits_.look_every, kLookPart * took);
}

void Worker::look_at_now(const projections::Reader& reader, domain::OrganizationId organization) {
    domain::Webhooks webhooks;
    const bool ours = ports_.is_ours(organization);
    if (ours) webhooks = projections::find_webhooks(reader, organization);
    if (const auto known = organizations_.find(organization); known != organizations_.end()) {
        known->second.looked = looks_;
        for (const auto id : std::set(known->second.webhooks)) {
            if (ours) {
                compare(lanes_.find(id), webhooks.find(id));
            } else {
                remove(lanes_.find(id));
            }
        }
    }
    for (const auto& webhook : webhooks.all) {
        if (webhook.active() && !lanes_.contains(webhook.id)) open(organization, webhook);
    }
}

void Worker::compare(Lanes::iterator lane, const domain::Webhook* webhook) {
    auto& subscription = lane->second.subscription;
    if (webhook == nullptr) return close(lane, Closing::deleted);
    if (!webhook->active()) return close(lane, Closing::inactive);
    if (begins_anew(subscription.webhook(), *webhook)) return close(lane, Closing::changed);
    const bool was_gone = std::exchange(lane->second.gone, false);
    if (subscription.webhook().version == webhook->version && !was_gone) return;
    subscription.change(*webhook, now());
    give_turn(webhook->id);
}

void Worker::open(domain::OrganizationId organization, const domain::Webhook& webhook) {
    auto progress = ports_.progress.find(webhook.id).value_or(Progress{});
    if (progress.cursor.start > webhook.start.set_by) return;  // The read store is behind.
    if (progress.cursor.start < webhook.start.set_by) {
        progress.cursor = {webhook.start.set_by, webhook.start.after};
    }
    auto kept = log_.open(webhook.id, progress.cursor.start, progress.cursor.position);
    lanes_.emplace(
        webhook.id,
        Lane{
            .subscription = Subscription(
                {.organization = organization,
                 .webhook = webhook,
                 .kept = {progress, std::move(kept)},
                 .limits = limits_.schedule,
                 .random = ports_.random,
                 .now = now()}
            ),
            .number = ++last_number_}
    );
    auto [known, is_new] = organizations_.try_emplace(organization);
    if (is_new) {
        known->second.watch = ports_.journal.watches().watch(
            organization, [inbox = inbox_, organization] { inbox->facts(organization); }
        );
    }
    known->second.looked = looks_;
    known->second.webhooks.insert(webhook.id);
    give_turn(webhook.id);
}

void Worker::close(Lanes::iterator lane, Closing why) {
    lane->second.closing = why;
    if (lane->second.subscription.schedule().in_flight() == 0) finish_closing(lane);
}

void Worker::finish_closing(Lanes::iterator lane) {
    const auto webhook = lane->first;
    const auto organization = lane->second.subscription.organization();
    const auto why = lane->second.closing;
    touched_.insert(webhook);
    save();
    remove(lane);
    if (why == Closing::deleted) {
        log_.erase(webhook);
        ports_.progress.erase(webhook);
        return;
    }
    if (why == Closing::inactive) log_.make_due(webhook);
    to_look_at_.insert(organization);
}

/// Nothing more of it is saved.
void Worker::remove(Lanes::iterator lane) {
    const auto webhook = lane->first;
    const auto known = organizations_.find(lane->second.subscription.organization());
    set_timer(lane->second, std::nullopt);
    touched_.erase(webhook);
    starved_.erase(webhook);
    std::erase_if(rows_, [webhook](const auto& row) { return row.first == webhook; });
    std::erase(turns_, webhook);
    log_.close(webhook);
    lanes_.erase(lane);
    known->second.webhooks.erase(webhook);
    if (known->second.webhooks.empty()) organizations_.erase(known);
    const std::lock_guard lock(mutex_);
    readings_.erase(webhook);
}

}  // namespace consularia::reactions::webhooks
