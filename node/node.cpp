#include "node/node.hpp"

#include "base/check.hpp"
#include "base/periodic.hpp"
#include "ledger/log/no_space_error.hpp"
#include "ledger/log/sync.hpp"
#include "node/clock_comparison.hpp"
#include "node/probe.hpp"
#include "node/reply_names.hpp"
#include "node/stores.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kRetryStart{200};
constexpr std::chrono::milliseconds kLookAfterStart{10};
/// How often the workers' deadlines are checked from outside.
constexpr std::chrono::milliseconds kLookAfter{200};
/// A failure that does not recur for this long is over.
constexpr std::chrono::milliseconds kDeadlinesHold{2000};
constexpr std::chrono::milliseconds kStartFailureHolds{5000};

/// Measures the time since its construction.
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

/// The parts that exist once the ledger is open. Members in the order of dependence, threads last.
class Node::Running {
  public:
    Running(Node& node, std::unique_ptr<ledger::Ledger> ledger, IsOurs is_ours);

    bool catch_up(StartProgress& progress);
    void begin();
    void end();

    ledger::PartitionWorker& worker_of(domain::OrganizationId organization) {
        return *workers_[partition_of(organization)];
    }

    /// The embedded ledger reports this itself, when it has to append.
    [[nodiscard]] bool out_of_storage() const {
        return ledger_->shared() && node_.limits_.out_of_storage();
    }

    [[nodiscard]] projections::Projector& projector() { return *projector_; }

    void sync(std::optional<domain::OrganizationId> organization, std::function<void(bool)> done);
    [[nodiscard]] bool fresh_enough(domain::OrganizationId organization) const;
    [[nodiscard]] Readiness readiness() const;

  private:
    [[nodiscard]] ledger::Partition partition_of(domain::OrganizationId organization) const {
        return ledger::partition_of(organization, ledger_->partitions());
    }

    void make_worker(ledger::Partition partition);
    void make_deadline_worker(IsOurs is_ours);
    void start_worker(ledger::PartitionWorker& worker, ledger::Partition partition);
    [[nodiscard]] bool is_settled() const;
    [[nodiscard]] std::vector<infra::PartitionGauges> look() const;
    [[nodiscard]] StartProgress::Measure measure() const;

    Node& node_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<projections::Projector> projector_;
    std::vector<std::unique_ptr<ledger::PartitionWorker>> workers_;
    std::unique_ptr<ledger::Sync> sync_;
    std::unique_ptr<Probe> probe_;
    std::unique_ptr<reactions::DeadlineWorker> deadlines_;
    std::vector<std::jthread>
        starters_;                      ///< For shared ledgers: one per partition, until it serves.
    std::optional<Periodic> overseer_;  ///< Keeps the deadlines that a worker's thread cannot keep.
};

Node::Running::Running(Node& node, std::unique_ptr<ledger::Ledger> ledger, IsOurs is_ours)
    : node_(node),
      ledger_(std::move(ledger)),
      projector_(make_projector(
          node.ports_.store,
          node.ports_.journal,
          node.ports_.inputs,
          {.idempotency_ttl = node.limits_.worker.processor.idempotency_ttl,
           .metrics = &node.ports_.metrics,
           .voids_are_normal = ledger_->shared()}
      )) {
    for (ledger::Partition partition = 0; partition < ledger_->partitions(); ++partition) {
        node.ports_.metrics.facts(partition, 0);
        node.ports_.metrics.void_records(partition, 0);
        make_worker(partition);
    }
    make_deadline_worker(std::move(is_ours));
    std::vector<ledger::PartitionWorker*> workers;
    for (const auto& worker : workers_) workers.push_back(worker.get());
    const auto when_applied = [this](auto partition, auto position, auto deadline, auto done) {
        workers_[partition]->when_applied(position, deadline, std::move(done));
    };
    sync_ = std::make_unique<ledger::Sync>(*ledger_, when_applied, node.ports_.clock);
    probe_ = std::make_unique<Probe>(
        *ledger_, std::move(workers), node.ports_.clock, node.ports_.health
    );
    node.ports_.metrics.watch_partitions([this] { return look(); });
    overseer_.emplace(kLookAfter, [this] {
        for (const auto& worker : workers_) worker->answer_overdue();
    });
}

void Node::Running::make_worker(ledger::Partition partition) {
    workers_.push_back(std::make_unique<ledger::PartitionWorker>(
        ledger::PartitionPorts{
            .partition = partition,
            .ledger = *ledger_,
            .store = *projector_,
            .codec = node_.ports_.inputs.codec,
            .clock = node_.ports_.clock,
            .health = {&node_.ports_.health, partition}},
        node_.limits_.worker
    ));
}

void Node::Running::make_deadline_worker(IsOurs is_ours) {
    deadlines_ = std::make_unique<reactions::DeadlineWorker>(
        reactions::DeadlinePorts{
            .store = node_.ports_.store,
            .partitions = ledger_->partitions(),
            .is_ours = std::move(is_ours),
            .clock = node_.ports_.clock,
            .submit = [this](
                          auto submission, auto reply
                      ) { node_.submit(std::move(submission), std::move(reply)); },
            .new_event_id = [this] { return node_.ports_.ids.next<domain::EventId>(); },
            .on_problem =
                [this](const std::string& problem) {
                    node_.ports_.health.fails(
                        {std::nullopt, ledger::Part::deadlines},
                        problem,
                        ledger::Reach::node,
                        kDeadlinesHold
                    );
                }},
        node_.limits_.deadlines
    );
}

/// All partitions at once: most of the time is spent waiting for the log.
bool Node::Running::catch_up(StartProgress& progress) {
    const bool from_scratch = measure().done == 0;
    const StartStage stage(
        progress,
        from_scratch ? "rebuilding the read store" : "catching up with the ledger",
        [this] { return measure(); }
    );
    if (!ledger_->shared()) {
        for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
            start_worker(*workers_[partition], partition);
        }
        return !node_.stopping_;
    }
    for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
        starters_.emplace_back([this, partition] { start_worker(*workers_[partition], partition); }
        );
    }
    while (!node_.stopping_ && !is_settled()) std::this_thread::sleep_for(kLookAfterStart);
    return !node_.stopping_;
}

/// Each partition serves or cannot be read by anybody, and at least one serves.
bool Node::Running::is_settled() const {
    const auto sick = find_sick(node_.ports_.health.troubles());
    std::size_t serving = 0;
    for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
        if (workers_[partition]->serves()) {
            ++serving;
        } else if (!sick.contains(partition)) {
            return false;
        }
    }
    return serving > 0;
}

void Node::Running::start_worker(ledger::PartitionWorker& worker, ledger::Partition partition) {
    while (!node_.stopping_) {
        const auto asked_at = node_.ports_.clock.steady();
        try {
            worker.start();
            return probe_->caught_up(partition, asked_at);
        } catch (const ledger::NoSpaceError&) {
            std::this_thread::sleep_for(kRetryStart);  // The worker has reported it.
        } catch (const ledger::StorageError& error) {
            if (!ledger_->shared()) throw;
            node_.ports_.health.fails(
                {partition, ledger::Part::tail},
                error.what(),
                ledger::reach_of(error),
                kStartFailureHolds
            );
            std::this_thread::sleep_for(kRetryStart);
        }
    }
}

void Node::Running::begin() {
    compare_clock(*node_.ports_.store.snapshot(), ledger_->partitions(), node_.ports_.clock);
    if (!node_.limits_.read_only) deadlines_->start();
}

void Node::Running::end() {
    deadlines_->stop();
    for (const auto& worker : workers_) worker->drain();
    starters_.clear();
    overseer_->stop();
    probe_->stop();
    sync_->stop();
    node_.ports_.metrics.watch_partitions({});
}

void Node::Running::sync(
    std::optional<domain::OrganizationId> organization, std::function<void(bool)> done
) {
    if (sync_->free()) return done(true);
    const auto deadline = node_.ports_.clock.steady() + node_.limits_.sync_deadline;
    auto synced = [this, done = std::move(done), watch = Stopwatch()](bool caught_up) {
        node_.ports_.metrics.sync(caught_up, watch.elapsed());
        done(caught_up);
    };
    if (organization) {
        if (!worker_of(*organization).serves()) return synced(false);
        return sync_->wait(partition_of(*organization), deadline, synced);
    }

    struct All {
        std::atomic<std::size_t> left = 0;
        std::atomic<bool> caught_up = true;
    };

    const auto all = std::make_shared<All>();
    all->left = workers_.size();
    for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
        const auto one_synced = [all, synced](bool caught_up) {
            if (!caught_up) all->caught_up = false;
            if (--all->left == 0) synced(all->caught_up);
        };
        if (workers_[partition]->serves()) {
            sync_->wait(partition, deadline, one_synced);
        } else {
            one_synced(false);
        }
    }
}

bool Node::Running::fresh_enough(domain::OrganizationId organization) const {
    if (!ledger_->shared()) return true;
    const auto as_of = probe_->as_of(partition_of(organization));
    return as_of && node_.ports_.clock.steady() - *as_of <= node_.limits_.any_max_age;
}

Readiness Node::Running::readiness() const {
    const auto ends = probe_->ends();
    std::vector<PartitionState> states;
    for (std::size_t partition = 0; partition < workers_.size(); ++partition) {
        PartitionState state{.serves = workers_[partition]->serves()};
        if (ledger_->shared()) state.end_known_at = ends.at(partition).at;
        states.push_back(state);
    }
    return judge(node_.ports_.health.troubles(), states, node_.ports_.clock.steady());
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
             std::max(applied, ends.at(partition).end)}
        );
    }
    return gauges;
}

/// The sum of the positions of all partitions.
StartProgress::Measure Node::Running::measure() const {
    const auto known = probe_->ends();
    StartProgress::Measure sum;
    for (ledger::Partition partition = 0; partition < workers_.size(); ++partition) {
        const auto applied = workers_[partition]->applied();
        const auto end = ledger_->shared() ? known.at(partition).end : ledger_->end(partition);
        sum.done += applied;
        sum.total += std::max(applied, end);
    }
    return sum;
}

Node::Node(const NodePorts& ports, NodeLimits limits) : ports_(ports), limits_(std::move(limits)) {}

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
    if (auto problem = ports_.clock.problem()) return reply(ledger::Unavailable{false, *problem});
    auto& worker = running->worker_of(submission.organization);
    if (!worker.serves()) {
        return reply(ledger::Unavailable{false, "The organization's partition is not read yet."});
    }
    worker.submit(
        std::move(submission),
        [this, reply = std::move(reply), watch = Stopwatch()](ledger::Reply answer) {
            ports_.metrics.command(name_of(answer), watch.elapsed());
            reply(std::move(answer));
        }
    );
}

void Node::sync(
    std::optional<domain::OrganizationId> organization, std::function<void(bool)> done
) {
    Running* const running = serving_;
    if (running == nullptr) return done(false);
    running->sync(organization, std::move(done));
}

bool Node::fresh_enough(domain::OrganizationId organization) const {
    const Running* const running = serving_;
    return running != nullptr && running->fresh_enough(organization);
}

projections::Projector& Node::projector() {
    CHECK(serving_ != nullptr);
    return serving_.load()->projector();
}

Readiness Node::readiness() const {
    const Running* const running = serving_;
    if (running == nullptr) return {{"the server is waiting for its ledger, or reading it"}, {}};
    return running->readiness();
}

void Node::stop() {
    stopping_ = true;
    const std::lock_guard lock(mutex_);
    if (running_) running_->end();
}

}  // namespace consularia::node
