#include "node/webhook_engine.hpp"

#include "infra/files.hpp"
#include "infra/rocks/store.hpp"
#include "infra/thread_priority.hpp"

#include <algorithm>
#include <random>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::node {

namespace {

namespace webhooks = reactions::webhooks;

/// Its rows are few and small.
constexpr std::size_t kCacheBytes = std::size_t{4} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{4} << 20;
constexpr std::chrono::milliseconds kFlushEvery{1000};
constexpr ledger::Component kComponent{std::nullopt, ledger::Part::webhooks};
/// A step that failed is tried again earlier, unless there is nothing to do any more.
constexpr std::chrono::seconds kProblemHolds{5};

std::unique_ptr<tables::Store> open_store(const DataDir& dir, const StoreSettings& settings) {
    auto options = store_options(settings, {});
    options.block_cache_bytes = kCacheBytes;
    options.write_buffer_bytes = kWriteBufferBytes;
    try {
        return infra::rocks::open_store(dir.webhooks(), webhooks::schema(), options);
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::error(
            "the store of webhooks is damaged, so they are delivered to from their start on: {}",
            error.what()
        );
        infra::remove_tree(dir.webhooks());
        return infra::rocks::open_store(dir.webhooks(), webhooks::schema(), options);
    }
}

webhooks::WorkerLimits worker_limits(const WebhookOptions& options) {
    webhooks::WorkerLimits limits;
    limits.schedule.retries = options.retries;
    limits.slots.all = options.posts;
    limits.slots.of_organization = std::max<std::size_t>(1, options.posts / 4);
    limits.slots.in_trouble = std::max<std::size_t>(1, options.posts / 2);
    return limits;
}

webhooks::Schedule::Random make_random() {
    return [engine = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>(0, 1)(engine);
    };
}

std::string_view outcome_of(const webhooks::Attempt& attempt) {
    if (attempt.delivered()) return "delivered";
    return attempt.status ? "refused" : "unanswered";
}

}  // namespace

WebhookEngine::WebhookEngine(WebhookPorts ports, const WebhookOptions& options)
    : ports_(std::move(ports)),
      limits_(worker_limits(options)),
      flusher_({&kept_}, kFlushEvery, ports_.health, ledger::Part::webhooks),
      own_progress_(kept_) {
    for (const auto* outcome : {"delivered", "refused", "unanswered"}) {
        ports_.metrics.webhook_attempt(outcome, 0);
    }
}

WebhookEngine::~WebhookEngine() {
    stop();
}

void WebhookEngine::begin(
    const DataDir& dir,
    const StoreSettings& settings,
    ledger::Partition partitions,
    const ServedLedger& served
) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    if (!kept_.is_open()) open(dir, settings);
    if (served.share_progress) shared_ = served.share_progress(own_progress_, kept_);
    owned_ = make_worker(partitions, shared_.store ? shared_.may_serve : served.is_ours);
    worker_ = owned_.get();
    owned_->start();
    ports_.metrics.watch_webhooks([this] {
        std::vector<infra::WebhookGauges> gauges;
        for (const auto& one : owned_->readings()) {
            gauges.push_back({one.webhook.to_string(), std::string(to_string(one.state)), one.lag});
        }
        return gauges;
    });
}

void WebhookEngine::open(const DataDir& dir, const StoreSettings& settings) {
    try {
        kept_.open(open_store(dir, settings));
    } catch (const ledger::StorageError& error) {
        ports_.health.fails(kComponent, error.what());
        throw;
    }
    ports_.health.fine(kComponent);
}

std::unique_ptr<webhooks::Worker> WebhookEngine::make_worker(
    ledger::Partition partitions, std::function<bool(ledger::Partition)> is_ours
) {
    return std::make_unique<webhooks::Worker>(
        webhooks::WorkerPorts{
            .store = ports_.store,
            .journal = ports_.journal,
            .is_ours = [partitions,
                        is_ours = std::move(is_ours)](domain::OrganizationId organization
                       ) { return is_ours(ledger::partition_of(organization, partitions)); },
            .clock = ports_.clock,
            .progress = progress_store(),
            .deliveries = shared_.store ? *shared_.deliveries : kept_,
            .sender = ports_.sender,
            .sign = ports_.sign,
            .submit = [this](
                          auto submission, auto reply
                      ) { ports_.node.submit(std::move(submission), std::move(reply)); },
            .sync = [this](auto done) { ports_.node.sync(std::nullopt, std::move(done)); },
            .new_event_id = [this] { return ports_.ids.next<domain::EventId>(); },
            .random = make_random(),
            .on_attempt = [this](const webhooks::AttemptReport& attempt) { report(attempt); },
            .on_problem =
                [this](const std::string& problem) {
                    ports_.health.fails(kComponent, problem, ledger::Reach::node, kProblemHolds);
                },
            .on_swept =
                [](std::size_t webhooks) {
                    spdlog::info("what was kept of {} deleted webhooks is removed", webhooks);
                },
            .on_thread = [] { infra::lower_thread_priority(); }},
        limits_
    );
}

void WebhookEngine::report(const webhooks::AttemptReport& report) const {
    const auto& attempt = report.attempt;
    ports_.metrics.webhook_attempt(outcome_of(attempt));
    spdlog::info(
        "webhook {} {}: {} after {} ms",
        report.webhook.to_string(),
        report.sequence ? "event " + std::to_string(*report.sequence) : "test",
        attempt.status ? std::to_string(*attempt.status) : attempt.error,
        report.took.count()
    );
}

void WebhookEngine::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ports_.metrics.watch_webhooks({});
    if (owned_) owned_->stop();
}

void WebhookEngine::look_at(domain::OrganizationId organization) {
    if (auto* const worker = worker_.load()) worker->look_at(organization);
}

std::optional<domain::WebhookProgress> WebhookEngine::progress(domain::WebhookId webhook) const {
    if (worker_ == nullptr) return std::nullopt;
    return shared_.store ? shared_.store->find(webhook) : own_progress_.find(webhook);
}

std::vector<domain::WebhookDelivery> WebhookEngine::list(
    domain::OrganizationId /*organization*/, const domain::Webhook& webhook
) const {
    if (worker_ == nullptr) return {};
    return webhooks::list_deliveries(*kept_.snapshot(), webhook.id);
}

void WebhookEngine::test(
    domain::OrganizationId organization, const domain::Webhook& webhook, Done done
) {
    try_now({organization, webhook, std::nullopt, {}}, std::move(done));
}

void WebhookEngine::redeliver(
    domain::OrganizationId organization,
    const domain::Webhook& webhook,
    ledger::Sequence sequence,
    Done done
) {
    try_now({organization, webhook, sequence, {}}, std::move(done));
}

void WebhookEngine::try_now(webhooks::Request request, Done done) {
    request.done = [done](auto delivery) {
        if (!delivery) return done({std::nullopt, "", std::move(delivery.error())});
        done({delivery->last_status, delivery->last_body, delivery->last_error});
    };
    auto* const worker = worker_.load();
    if (worker == nullptr) return done({std::nullopt, "", "The delivery has not begun yet."});
    if (worker->try_now(std::move(request))) return;
    done({std::nullopt, "", "Too many attempts are under way."});
}

}  // namespace consularia::node
