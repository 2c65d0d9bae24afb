#include "reactions/webhooks/worker.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/queries.hpp"

#include <algorithm>

namespace consularia::reactions::webhooks {

namespace {

/// After a pass the thread rests for so many times what it took …
constexpr int kRest = 9;
/// … and at least for this long: what comes in that time is done together.
constexpr std::chrono::milliseconds kShortestRest{5};
/// A pass that was held up says nothing about those that follow.
constexpr std::chrono::milliseconds kLongestPass{25};
constexpr const char* kStopping = "The server is stopping.";

}  // namespace

Worker::Worker(WorkerPorts ports, WorkerLimits limits)
    : ports_(std::move(ports)),
      limits_(std::move(limits)),
      slots_(limits_.slots),
      log_(ports_.deliveries) {}

Worker::~Worker() {
    stop();
}

void Worker::start() {
    thread_.start([this](const std::stop_token& stop) { run(stop); });
}

void Worker::stop() {
    stopped_ = true;
    thread_.stop();
    for (const auto& request : inbox_->take().requests) refuse(request, kStopping);
}

void Worker::refuse(const Request& request, std::string why) {
    --requests_;
    request.done(tl::unexpected(std::move(why)));
}

bool Worker::try_now(Request request) {
    if (stopped_ || ++requests_ > limits_.requests) {
        --requests_;
        return false;
    }
    inbox_->request(std::move(request));
    return true;
}

std::vector<WebhookReading> Worker::readings() const {
    const std::lock_guard lock(mutex_);
    std::vector<WebhookReading> readings;
    for (const auto& [webhook, reading] : readings_) readings.push_back(reading);
    return readings;
}

void Worker::run(const std::stop_token& stop) {
    ports_.on_thread();
    while (!stop.stop_requested()) {
        const auto begun = std::chrono::steady_clock::now();
        pass();
        const auto took = std::min<std::chrono::steady_clock::duration>(
            std::chrono::steady_clock::now() - begun, kLongestPass
        );
        const auto rest =
            std::max<std::chrono::steady_clock::duration>(kShortestRest, kRest * took);
        if (stopped_within(stop, rest)) break;
        if (turns_.empty()) inbox_->wait(stop, time_to_wait());
    }
    drain();
}

/// Answers are taken, nothing is sent.
void Worker::drain() {
    for (auto& [webhook, lane] : lanes_) lane.gone = true;
    const std::stop_source never;
    const auto end = std::chrono::steady_clock::now() + limits_.drain;
    for (;;) {
        auto contents = inbox_->take();
        for (const auto& request : contents.requests) refuse(request, kStopping);
        for (auto& answer : contents.answers) {
            guarded([&] { take(std::move(answer)); });
        }
        save();
        const auto now = std::chrono::steady_clock::now();
        if (slots_.taken() == 0 || now >= end) return;
        inbox_->wait(never.get_token(), end - now);
    }
}

std::chrono::steady_clock::duration Worker::time_to_wait() const {
    auto at = look_at_;
    if (!timers_.empty()) at = std::min(at, timers_.begin()->first);
    return std::max(at - ports_.clock.steady(), ledger::Clock::Steady::duration::zero());
}

void Worker::pass() {
    auto contents = inbox_->take();
    for (auto& answer : contents.answers) {
        guarded([&] { take(std::move(answer)); });
    }
    for (const auto& organization : contents.facts) {
        const auto found = organizations_.find(organization);
        if (found == organizations_.end()) continue;
        for (const auto& webhook : found->second.webhooks) give_turn(webhook);
    }
    to_look_at_.merge(contents.webhooks);
    for (auto& request : contents.requests) attempt(std::move(request));
    if (!guarded([this] { look_at_all(); })) {
        look_at_ = ports_.clock.steady() + limits_.look_every;
    }
    if (contents.synced) sweep_ = *contents.synced ? Sweep::looks : Sweep::waits;
    if (!guarded([this] { sweep(); })) sweep_ = Sweep::waits;
    wake_due();
    take_turns();
    save();
}

bool Worker::guarded(const std::function<void()>& step) const {
    try {
        step();
        return true;
    } catch (const ledger::StorageError& error) {
        ports_.on_problem(error.what());
        return false;
    }
}

void Worker::give_turn(domain::WebhookId webhook) {
    const auto lane = lanes_.find(webhook);
    if (lane == lanes_.end() || lane->second.in_turn) return;
    lane->second.in_turn = true;
    turns_.push_back(webhook);
}

void Worker::wake_due() {
    const auto now = ports_.clock.steady();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const auto webhook = timers_.begin()->second;
        timers_.erase(timers_.begin());
        const auto lane = lanes_.find(webhook);
        if (lane == lanes_.end()) continue;
        lane->second.wakes_at.reset();
        give_turn(webhook);
    }
}

/// One turn for each that has one now; those that need more get it in the next pass.
void Worker::take_turns() {
    const auto end = std::chrono::steady_clock::now() + limits_.pass;
    for (auto left = turns_.size(); left > 0; --left) {
        const auto webhook = turns_.front();
        turns_.pop_front();
        const auto lane = lanes_.find(webhook);
        if (lane == lanes_.end()) continue;
        lane->second.in_turn = false;
        if (!guarded([&] { turn(lane->second); })) {
            set_timer(lane->second, ports_.clock.steady() + limits_.look_every);
        }
        if (std::chrono::steady_clock::now() >= end) return;
    }
}

void Worker::turn(Lane& lane) {
    auto& subscription = lane.subscription;
    const auto organization = subscription.organization();
    if (lane.closing != Closing::no || lane.gone || !ports_.is_ours(organization)) return;
    auto& head = organizations_.at(organization).head;
    head = projections::find_head(*ports_.store.snapshot(), organization).sequence;
    touched_.insert(subscription.webhook().id);
    const auto read = subscription.read(ports_.journal, head, now(), limits_.read, rows_);
    if (read.more || read.about_webhooks) give_turn(subscription.webhook().id);
    if (read.about_webhooks) {
        to_look_at_.insert(organization);  // before anything is sent
    } else {
        send(lane);
    }
}

void Worker::send(Lane& lane) {
    auto& schedule = lane.subscription.schedule();
    const auto moment = now();
    for (;;) {
        const auto at = schedule.next_at(moment.steady);
        if (!at || *at > moment.steady) return set_timer(lane, at);
        const Slots::Slot slot{
            lane.subscription.organization(), schedule.state(moment.steady) != EndpointState::ok};
        if (!slots_.free(slot)) {
            starved_.insert(lane.subscription.webhook().id);
            return;
        }
        post(lane, *schedule.next(moment.steady), slot);
    }
}

void Worker::set_timer(Lane& lane, std::optional<ledger::Clock::Steady> at) {
    if (lane.wakes_at == at) return;
    const auto webhook = lane.subscription.webhook().id;
    if (lane.wakes_at) timers_.erase({*lane.wakes_at, webhook});
    lane.wakes_at = at;
    if (at) timers_.emplace(*at, webhook);
}

/// The deliveries first: what is beyond the position and delivered is known by its row.
void Worker::save() {
    const bool saved = guarded([this] {
        log_.write(rows_);
        rows_.clear();
        for (auto at = touched_.begin(); at != touched_.end(); at = touched_.erase(at)) {
            const auto lane = lanes_.find(*at);
            if (lane != lanes_.end()) save(lane->second);
        }
    });
    if (!saved) return;
    for (const auto& answer : std::exchange(to_answer_, {})) answer();
}

void Worker::save(Lane& lane) {
    const auto organization = lane.subscription.organization();
    // Another node may be further already.
    if (!ports_.is_ours(organization)) return;
    const auto webhook = lane.subscription.webhook().id;
    auto progress = lane.subscription.progress(now());
    {
        const auto head = organizations_.at(organization).head;
        const auto lag = head - std::min(head, progress.cursor.position);
        const std::lock_guard lock(mutex_);
        readings_[webhook] = {webhook, progress.state, lag};
    }
    if (lane.saved == progress) return;
    ports_.progress.save(webhook, progress);
    lane.saved = std::move(progress);
}

}  // namespace consularia::reactions::webhooks
