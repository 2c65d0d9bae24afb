#include "node/application.hpp"

#include "infra/crypto/crypto.hpp"
#include "infra/crypto/webhook_secrets.hpp"
#include "node/access_recording.hpp"
#include "node/meetings.hpp"
#include "node/readiness.hpp"
#include "node/record_codec.hpp"
#include "node/restore.hpp"
#include "node/secrets.hpp"
#include "node/server_options.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"
#include "node/webhook_sender.hpp"
#include "node/webhook_signer.hpp"

#include <algorithm>
#include <chrono>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kFlushEvery{1000};

/// The address to listen on. Throws UsageError if any option is wrong.
Address check_usage(const ServeOptions& options, const LedgerBackend& backend) {
    auto address = parse_address(options.listen);
    if (!options.metrics_listen.empty()) {
        (void)parse_address(options.metrics_listen, "--metrics-listen");
    }
    (void)checked_prefix(options.prefix);
    (void)checked_public_url(options);
    (void)trusted_proxies(options);
    (void)webhook_addresses(options.webhooks);
    if (backend.shared() && options.secrets_file.empty()) {
        throw UsageError(
            "--secrets-file must be named with a " + backend.name() +
            " ledger, since all nodes share it: `consularia secrets create FILE` creates one."
        );
    }
    return address;
}

/// Listens from here on.
api::http::Server listen(api::http::ServerOptions options, const std::string& address) {
    try {
        return api::http::Server(std::move(options));
    } catch (const std::system_error& error) {
        throw std::runtime_error(
            "Cannot listen on " + address + ": " + error.code().message() + "."
        );
    }
}

DataDir create(DataDir dir) {
    dir.create();
    dir.expect_restored();
    return dir;
}

/// Where clients reach this node, or all of them.
std::string link_base(const ServeOptions& options, const std::string& origin) {
    auto url = checked_public_url(options);
    return url.empty() ? origin : url;
}

ledger::AdmissionLimits admission_limits(const ServeOptions& options) {
    const auto or_quarter = [](std::size_t limit, std::size_t whole) {
        return limit > 0 ? limit : std::max<std::size_t>(1, whole / 4);
    };
    return {
        options.queue_commands,
        or_quarter(options.queue_commands_per_organization, options.queue_commands),
        options.queue_bytes,
        or_quarter(options.queue_bytes_per_organization, options.queue_bytes)};
}

NodeLimits node_limits(const ServeOptions& options, const StorageWatch& storage) {
    NodeLimits limits;
    limits.worker.admission = admission_limits(options);
    limits.worker.processor.batch_commands = options.batch_commands;
    limits.worker.processor.batch_bytes = options.batch_bytes;
    limits.worker.processor.idempotency_ttl = options.idempotency_ttl;
    limits.worker.processor.append_failure_holds = options.append_failure_holds;
    limits.out_of_storage = [&storage] { return storage.nearly_full(); };
    limits.deadlines.command_deadline = options.command_deadline;
    limits.sync_deadline = options.command_deadline;
    limits.any_max_age = options.any_max_age;
    limits.read_only = options.read_only;
    return limits;
}

ledger::HealthLimits health_limits(const ServeOptions& options) {
    ledger::HealthLimits limits;
    limits.stall = options.stalled_after;
    return limits;
}

/// Whoever follows events leaves half of the connections to everybody else.
api::FollowerLimits follower_limits(const ServeOptions& options, const api::http::Server& server) {
    auto limits = options.followers;
    limits.all = std::min(limits.all, server.most_connections() / 2);
    return limits;
}

void report_hanging_reads(ledger::Health& health, std::size_t hanging) {
    constexpr ledger::Component kComponent{std::nullopt, ledger::Part::reads};
    if (hanging == 0) return health.fine(kComponent);
    health.fails(
        kComponent, std::to_string(hanging) + (hanging == 1 ? " has" : " have") + " not returned"
    );
}

}  // namespace

Application::Application(ServeOptions options, ApplicationEvents events)
    : options_(std::move(options)),
      events_(std::move(events)),
      backend_(choose_ledger(options_.store)),
      address_(check_usage(options_, *backend_)),
      clock_(options_.max_clock_jump),
      ids_(clock_),
      server_(listen(server_options(options_, *backend_, address_, metrics_), options_.listen)),
      origin_(origin_of({address_.host, server_.port()})),
      dir_(create(DataDir(options_.store.data_dir))),
      lock_(dir_.root()),
      secrets_(open_secrets(dir_, options_.secrets_file)),
      links_(link_base(options_, origin_), secrets_.link_keys),
      audit_keys_(infra::host_of(link_base(options_, origin_)), secrets_.audit_keys),
      codec_(make_record_codec(options_, *backend_, secrets_)),
      inputs_{links_, codec_},
      meetings_(make_meeting_urls(options_.join, secrets_)),
      health_(clock_, health_limits(options_)),
      tables_(metrics_, health_),
      journal_(journal_store_),
      progress_(clock_),
      health_log_(health_),
      storage_(dir_.root(), options_.min_free_bytes, health_),
      access_log_(dir_.audit_access()),
      flusher_({&journal_store_, &store_}, kFlushEvery, health_),
      node_(
          {.store = store_,
           .journal = journal_,
           .inputs = inputs_,
           .clock = clock_,
           .ids = ids_,
           .metrics = metrics_,
           .health = health_},
          node_limits(options_, storage_)
      ),
      webhook_sender_(webhook_sender_options(options_.webhooks)),
      webhooks_(
          {.store = store_,
           .journal = journal_,
           .clock = clock_,
           .ids = ids_,
           .metrics = metrics_,
           .health = health_,
           .node = node_,
           .sender = webhook_sender_,
           .sign = webhook_signer(secrets_, clock_)},
          options_.webhooks
      ),
      rebuilder_(store_, node_, clock_),
      past_stores_(past_context(), options_.past),
      start_(
          {.options = options_,
           .backend = *backend_,
           .dir = dir_,
           .inputs = inputs_,
           .metrics = metrics_,
           .progress = progress_,
           .storage = storage_,
           .tables = tables_,
           .journal_store = journal_store_,
           .journal = journal_,
           .read_store = store_,
           .node = node_,
           .webhooks = webhooks_,
           .rebuilder = rebuilder_}
      ),
      rates_(options_.rates, clock_, [this](std::string_view limit) { metrics_.throttled(limit); }),
      kept_lists_(options_.list_cache_bytes),
      followers_(follower_limits(options_, server_)),
      service_(make_service()) {}

Application::~Application() {
    end();
}

void Application::start() {
    if (backend_->shared() && options_.public_url.empty()) {
        spdlog::warn("without --public-url a node's links lead to that node: here {}", origin_);
    }
    log_last_restore(dir_);
    spdlog::info("new records have format {}", static_cast<int>(write_format(options_, *backend_)));
    show();
    server_.start(service_, make_backend());
    start_.begin(
        [this] {
            spdlog::info("serving on {}", origin_);
            events_.on_ready(origin_);
        },
        events_.on_failure
    );
}

void Application::stop() {
    spdlog::info("stopping: finishing accepted requests");
    end();
    start_.end();
    spdlog::info("stopped");
}

void Application::end() {
    leaving_ = true;
    start_.give_up();
    rebuilder_.stop();
    past_stores_.stop();
    histories_.stop();
    server_.drain();
    webhooks_.stop();
    node_.stop();
    metrics_.watch_readiness({});
    metrics_.watch_rebuild({});
    metrics_.watch_in_flight({});
    metrics_.watch_followers({});
    metrics_.watch_health({});
}

/// Everything but `metrics_` is looked up until the end.
void Application::show() {
    metrics_.watch_readiness([this] { return !not_ready(); });
    metrics_.watch_health([this] { return health_.troubles(); });
    metrics_.watch_rebuild([this] {
        const auto [done, per_second, left] = rebuilder_.estimate();
        return infra::RebuildGauges{
            .records = done.total, .applied = done.done, .per_second = per_second, .left = left};
    });
    metrics_.watch_in_flight([this] { return server_.bytes_in_flight(); });
    metrics_.watch_followers([this] { return followers_.count(); });
    for (const auto rate : kAllOf<api::Rate>) metrics_.throttled(to_string(rate), 0);
    if (options_.metrics_listen.empty()) return;
    spdlog::info("serving metrics on port {}", metrics_.serve(options_.metrics_listen));
}

std::optional<std::string> Application::not_ready() const {
    if (leaving_) return "The server is stopping.";
    if (!node_.serves()) {
        std::vector<std::string> reasons{"The server is starting: " + progress_.text()};
        for (const auto& trouble : health_.troubles()) {
            reasons.push_back(to_words(trouble, clock_.steady()));
        }
        return join(reasons) + ".";
    }
    const auto readiness = node_.readiness();
    if (readiness.faults.empty()) return std::nullopt;
    return join(readiness.faults);
}

std::vector<std::string> Application::degraded() const {
    auto reasons = node_.readiness().degraded;
    if (auto rebuilding = rebuilder_.progress()) reasons.push_back(*std::move(rebuilding));
    return reasons;
}

PastStoresContext Application::past_context() {
    return {
        .store = store_,
        .journal = journal_,
        .inputs = inputs_,
        .clock = clock_,
        .directory = dir_.past_stores(),
        .min_free_bytes = options_.min_free_bytes};
}

api::Service Application::make_service() {
    api::Service service;
    service.prefix = checked_prefix(options_.prefix);
    if (const auto url = checked_public_url(options_); !url.empty()) service.public_url = url;
    service.command_deadline = options_.command_deadline;
    service.idempotency_ttl = options_.idempotency_ttl;
    service.max_body_values = options_.body_values;
    service.piece_bytes = options_.http.piece_bytes;
    service.list_rows = options_.list_rows;
    service.store = &store_;
    service.journal = &journal_;
    service.fresh_enough = [this](domain::OrganizationId organization) {
        return node_.fresh_enough(organization);
    };
    service.links = &links_;
    service.codec = &codec_;
    service.clock = &clock_;
    service.new_id = [this] { return ids_.next(); };
    service.new_secret = infra::random_secret;
    service.is_admin_key = [this](std::string_view secret) {
        return infra::equal_in_constant_time(secret, secrets_.admin_key);
    };
    service.hash_request = infra::Hmac(secrets_.request_key);
    service.webhook_secret = [secrets = infra::WebhookSecrets(secrets_.webhook_key)](auto... of) {
        return secrets.text(of...);
    };
    service.webhook_secret_grace = options_.webhook_secret_grace;
    service.webhook_urls.addresses = webhook_addresses(options_.webhooks);
    if (options_.webhooks.allow_http) {
        service.webhook_urls.schemes = domain::UrlSchemes::https_and_http;
    }
    service.join_opens_before = options_.join.opens_before;
    service.join_repeat = options_.join.repeat;
    if (meetings_) {
        service.meeting_origin = meetings_->origin();
        service.meeting_url = [this](
                                  domain::OrganizationId organization,
                                  const domain::Details& details,
                                  const domain::Participant& participant
                              ) { return meetings_->url(organization, details, participant); };
    }
    service.audit_keys = [this](domain::OrganizationId organization) {
        std::vector<api::AuditKey> keys;
        for (auto& key : audit_keys_.published(organization)) {
            keys.push_back({key.id, std::move(key.verifier_key), key.valid_from, key.valid_to});
        }
        return keys;
    };
    service.sign_head = [this](domain::OrganizationId organization, const api::TreeHead& head) {
        return audit_keys_.sign(
            organization, {{}, head.sequence, head.root, head.chain, head.histories}, clock_.now()
        );
    };
    service.histories = &histories_;
    service.replayed_moment = replayed_moment_;
    service.record_access = AccessRecording{access_log_, clock_, storage_};
    service.rates = &rates_;
    service.kept_lists = &kept_lists_;
    service.past_stores = &past_stores_;
    service.followers = &followers_;
    service.used_tickets = &used_tickets_;
    if (!options_.read_only) service.webhook_deliveries = &webhooks_;
    service.started = [this] { return start_.settled(); };
    service.open = [this] { return backend_->shared() ? store_.is_open() : node_.serves(); };
    service.not_ready = [this] { return not_ready(); };
    service.degraded = [this] { return degraded(); };
    return service;
}

/// What is said of webhooks is delivered to at once.
void Application::submit(ledger::Submission submission, ledger::ReplyHandler reply) {
    if (!std::holds_alternative<domain::WebhookCommand>(submission.command)) {
        return node_.submit(std::move(submission), std::move(reply));
    }
    auto then = [this, organization = submission.organization, reply = std::move(reply)](auto done
                ) {
        webhooks_.look_at(organization);
        reply(std::move(done));
    };
    node_.submit(std::move(submission), std::move(then));
}

api::http::Backend Application::make_backend() {
    api::http::Backend backend;
    backend.submit = [this](ledger::Submission submission, ledger::ReplyHandler reply) {
        submit(std::move(submission), std::move(reply));
    };
    backend.sync =
        [this](std::optional<domain::OrganizationId> organization, std::function<void(bool)> done) {
            node_.sync(organization, std::move(done));
        };
    backend.sync_is_free = !backend_->shared();
    backend.on_hanging_reads = [this](std::size_t hanging) {
        report_hanging_reads(health_, hanging);
    };
    return backend;
}

}  // namespace consularia::node
