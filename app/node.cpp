#include "app/node.hpp"

#include "app/probe.hpp"
#include "app/stores.hpp"
#include "domain/overloaded.hpp"
#include "ledger/storage_error.hpp"
#include "ledger/sync.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::app {

namespace {

constexpr std::chrono::milliseconds kRetryStart{200};

std::string_view outcome_of(const ledger::Reply& reply) {
    return std::visit(
        Overloaded{
            [](const ledger::Accepted&) { return "accepted"; },
            [](const ledger::Unchanged&) { return "unchanged"; },
            [](const ledger::Replayed&) { return "replayed"; },
            [](const ledger::IdempotencyMismatch&) { return "refused"; },
            [](const ledger::Unauthorized&) { return "refused"; },
            [](const ledger::Refused&) { return "refused"; },
            [](const ledger::RecordTooLarge&) { return "refused"; },
            [](const ledger::Frozen&) { return "frozen"; },
            [](const ledger::OutOfStorage&) { return "out_of_storage"; },
            [](const ledger::Unavailable& reply_unavailable) {
                return reply_unavailable.fate_unknown ? "fate_unknown" : "unavailable";
            }},
        reply
    );
}

/// Tells how long it was since it was made.
class Stopwatch {
  public:
    [[nodiscard]] infra::Metrics::Duration elapsed() const {
        return std::chrono::duration_cast<infra::Metrics::Duration>(
            std::chrono::steady_clock::now() - begin_
        );
    }

  private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

/// What there is once the ledger is open. Members in the order of dependence, threads last.
class Node::Running {
  public:
    Running(Node& node, std::unique_ptr<ledger::Ledger> ledger, IsOurs is_ours);

    bool catch_up(StartProgress& progress);
    void begin();
    void end();

    ledger::PartitionWorker& worker_of(domain::OrganizationId organization) {
        return *workers_[partition_of(organization)];
    }

    /// The embedded ledger says so itself, when it really has to append.
    [[nodiscard]] bool out_of_storage() const {
        return ledger_->shared() && node_.limits_.out_of_storage();
    }

    void sync(domain::OrganizationId organization, std::function<void(bool)> done);
    [[nodiscard]] std::optional<std::string> not_ready() const;

  private:
    [[nodiscard]] ledger::Partition partition_of(domain::OrganizationId organization) const {
        return ledger::partition_of(organization, ledger_->partitions());
    }

    void make_worker(ledger::Partition partition);
    void make_deadline_worker(ledger::Partition partition, const IsOurs& is_ours);
    void start_worker(ledger::PartitionWorker& worker, ledger::Partition partition);
    [[nodiscard]] std::vector<infra::PartitionGauges> look() const;
    [[nodiscard]] StartProgress::Measure measure() const;

    Node& node_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<projections::Projector> projector_;
    std::vector<std::unique_ptr<ledger::PartitionWorker>> workers_;
    std::unique_ptr<ledger::Sync> sync_;
    std::unique_ptr<Probe> probe_;
    std::vector<std::unique_ptr<projections::DeadlineWorker>> deadlines_;
};

Node::Running::Running(Node& node, std::unique_ptr<ledger::Ledger> ledger, IsOurs is_ours)
    : node_(node),
      ledger_(std::move(ledger)),
      projector_(make_projector(
          node.store_,
          node.links_,
          *ledger_,
          node.limits_.worker.processor.idempotency_ttl_micros,
          &node.metrics_
      )) {
    for (ledger::Partition partition = 0; partition < ledger_->partitions(); ++partition) {
        node.metrics_.facts(partition, 0);
        node.metrics_.void_records(partition, 0);
        make_worker(partition);
        make_deadline_worker(partition, is_ours);
    }
    std::vector<ledger::PartitionWorker*> workers;
    for (const auto& worker : workers_) workers.push_back(worker.get());
    sync_ = std::make_unique<ledger::Sync>(*ledger_, workers, node.clock_);
    probe_ = std::make_unique<Probe>(*ledger_, std::move(workers));
    node.metrics_.watch_partitions([this] { return look(); });
}

void Node::Running::make_worker(ledger::Partition partition) {
    workers_.push_back(std::make_unique<ledger::PartitionWorker>(
        partition,
        *ledger_,
        *projector_,
        node_.clock_,
        node_.limits_.worker,
        [partition](const std::string& problem) {
            spdlog::error("partition {}: {}", partition, problem);
        }
    ));
}

void Node::Running::make_deadline_worker(ledger::Partition partition, const IsOurs& is_ours) {
    deadlines_.push_back(std::make_unique<projections::DeadlineWorker>(
        node_.store_,
        partition,
        [is_ours, partition] { return is_ours(partition); },
        node_.clock_,
        [this](ledger::Submission submission, ledger::ReplyHandler reply) {
            node_.submit(std::move(submission), std::move(reply));
        },
        [this] { return node_.ids_.next<domain::EventId>(); },
        [partition](const std::string& problem) {
            spdlog::error("deadlines of partition {}: {}", partition, problem);
        },
        node_.limits_.deadlines
    ));
}

/// All partitions at once: most of the time goes into waiting for the log.
bool Node::Running::catch_up(StartProgress& progress) {
    const bool from_scratch = measure().done == 0;
    const StartStage stage(
        progress,
        from_scratch ? "rebuilding the read store" : "catching up with the ledger",
        [this] { return measure(); }
    );
    if (!ledger_->shared()) {
        for (const auto& worker : workers_) worker->start();
        return true;
    }
    {
        std::vector<std::jthread> threads;
        for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
            threads.emplace_back([this, partition] {
                start_worker(*workers_[partition], partition);
            });
        }
    }
    return !node_.stopping_;
}

void Node::Running::start_worker(ledger::PartitionWorker& worker, ledger::Partition partition) {
    std::string told;
    while (!node_.stopping_) {
        try {
            return worker.start();
        } catch (const ledger::StorageError& error) {
            if (told != error.what()) {
                spdlog::warn("partition {} cannot be read yet: {}", partition, error.what());
            }
            told = error.what();
            std::this_thread::sleep_for(kRetryStart);
        }
    }
}

void Node::Running::begin() {
    for (const auto& one : deadlines_) one->start();
}

void Node::Running::end() {
    for (const auto& one : deadlines_) one->stop();
    for (const auto& worker : workers_) worker->drain();
    probe_->stop();
    sync_->stop();
    node_.metrics_.watch_partitions({});
}

void Node::Running::sync(domain::OrganizationId organization, std::function<void(bool)> done) {
    if (sync_->free()) return done(true);
    sync_->wait(
        partition_of(organization),
        node_.clock_.steady() + node_.limits_.sync_deadline,
        [this, done = std::move(done), watch = Stopwatch()](bool caught_up) {
            node_.metrics_.sync(caught_up, watch.elapsed());
            done(caught_up);
        }
    );
}

std::optional<std::string> Node::Running::not_ready() const {
    const bool healthy = std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) {
        return worker->healthy();
    });
    if (!healthy) return "The server cannot write at the moment.";
    return probe_->problem();
}

std::vector<infra::PartitionGauges> Node::Running::look() const {
    const auto ends = probe_->ends();
    std::vector<infra::PartitionGauges> gauges;
    for (std::size_t partition = 0; partition < workers_.size(); ++partition) {
        const auto& worker = *workers_[partition];
        const auto applied = worker.applied();
        gauges.push_back(
            {worker.unanswered(),
             worker.second_rounds(),
             applied,
             std::max(applied, ends.at(partition))}
        );
    }
    return gauges;
}

/// Positions of all partitions together.
StartProgress::Measure Node::Running::measure() const {
    const auto ends = ledger_->shared() ? probe_->ends() : ledger_->ends();
    StartProgress::Measure sum;
    for (std::size_t partition = 0; partition < workers_.size(); ++partition) {
        const auto applied = workers_[partition]->applied();
        sum.done += applied;
        sum.total += std::max(applied, ends.at(partition));
    }
    return sum;
}

Node::Node(
    projections::ReadStore& store,
    const projections::Links& links,
    const ledger::Clock& clock,
    infra::IdSource& ids,
    infra::Metrics& metrics,
    NodeLimits limits
)
    : store_(store), links_(links), clock_(clock), ids_(ids), metrics_(metrics), limits_(limits) {}

Node::~Node() {
    stop();
}

bool Node::start(std::unique_ptr<ledger::Ledger> ledger, StartProgress& progress, IsOurs is_ours) {
    Running* running = nullptr;
    {
        const std::lock_guard lock(mutex_);
        running_ = std::make_unique<Running>(*this, std::move(ledger), std::move(is_ours));
        running = running_.get();
    }
    if (!running->catch_up(progress)) return false;
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    serving_ = running;
    running->begin();
    return true;
}

void Node::submit(ledger::Submission submission, ledger::ReplyHandler reply) {
    Running* const running = serving_;
    if (running == nullptr) {
        return reply(ledger::Unavailable{false, "The ledger is not read yet."});
    }
    if (running->out_of_storage()) return reply(ledger::OutOfStorage{});
    auto& worker = running->worker_of(submission.organization);
    worker.submit(
        std::move(submission),
        [this, reply = std::move(reply), watch = Stopwatch()](ledger::Reply answer) {
            metrics_.command(outcome_of(answer), watch.elapsed());
            reply(std::move(answer));
        }
    );
}

void Node::sync(domain::OrganizationId organization, std::function<void(bool)> done) {
    Running* const running = serving_;
    if (running == nullptr) return done(false);
    running->sync(organization, std::move(done));
}

std::optional<std::string> Node::not_ready() const {
    const Running* const running = serving_;
    if (running == nullptr) return "The server is waiting for its ledger, or reading it.";
    return running->not_ready();
}

void Node::stop() {
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    if (running_) running_->end();
}

}  // namespace consularia::app
