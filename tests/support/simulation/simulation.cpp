#include "tests/support/simulation/simulation.hpp"

#include "base/overloaded.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/simulation/adversary.hpp"
#include "tests/support/simulation/checker.hpp"
#include "tests/support/simulation/clients.hpp"
#include "tests/support/simulation/history.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <variant>

namespace consularia::test {

using ledger::Partition;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::minutes kTtl{1};
constexpr int kMaxRounds = 3000;
constexpr int kMaxNesting = 3;
constexpr int kStepsInPeace = 20;  // of a processor before the next one's turn, at most

class Simulation {
  public:
    Simulation(std::uint64_t seed, Fault fault);

    SimulationResult run();

  private:
    struct PendingRead {
        std::size_t read;
        std::size_t node;
        std::size_t incarnation;
        std::optional<ledger::Position> target;
    };

    struct Asked {
        std::size_t node;
        Request request;
    };

    void act();
    void submit(std::size_t node, Request request);
    void respond(std::size_t number, ledger::Reply reply);
    void maybe_retry(std::size_t number);
    void answer_early(const std::string& value);
    void begin_read();
    void continue_reads();
    void step_somebody();
    void interleave();
    void pass_time();
    void jump_clock();
    void restart();
    void finish();
    void probe();
    [[nodiscard]] bool all_answered() const;
    [[nodiscard]] Partition partition_of(domain::OrganizationId organization) const;

    Chance chance_;
    MemoryLedger ledger_;
    Clients clients_;
    Adversary adversary_;
    std::vector<std::unique_ptr<SimulatedNode>> nodes_;
    std::vector<std::size_t> incarnations_;
    History history_;
    std::vector<Asked> asked_;  // by operation
    std::vector<PendingRead> reads_;
    std::deque<Request> retries_;
    std::vector<std::string> complaints_;
    bool finishing_ = false;
    int nesting_ = 0;
};

Simulation::Simulation(std::uint64_t seed, Fault fault)
    : chance_(seed),
      ledger_({.partitions = 1 + chance_.pick(2U)}),
      clients_(chance_, 1 + chance_.pick(3U)),
      adversary_(ledger_, chance_, clients_.organizations(), [this] { interleave(); }) {
    ledger::ProcessorLimits limits;
    limits.idempotency_ttl = kTtl;
    limits.batch_commands = chance_.percent(20) ? 1 : 2 + chance_.pick(20U);
    limits.batch_bytes = chance_.percent(20) ? 1500 : 1 << 20;
    limits.tail_entries = 1 + chance_.pick(20U);
    incarnations_.resize(1 + chance_.pick(3U));
    for (std::size_t i = 0; i < incarnations_.size(); ++i) {
        const auto early = [this](const std::string& value) { answer_early(value); };
        nodes_.push_back(std::make_unique<SimulatedNode>(ledger_, i + 1, fault, limits, early));
        adversary_.haunt(*nodes_.back()->store);
    }
}

SimulationResult Simulation::run() {
    for (const auto organization : clients_.organizations()) {
        submit(chance_.pick(nodes_.size()), clients_.creation(organization));
    }
    const int actions = 100 + chance_.pick(200);
    for (int i = 0; i < actions; ++i) act();
    finish();

    Checker checker(ledger_, kTtl);
    SimulationResult result;
    result.complaints = checker.check(history_);
    result.operations = history_.operations.size();
    for (const auto& node : nodes_) {
        if (!equal(node->store->state(), checker.final_state())) {
            complaints_.emplace_back("A node came to another state than the log.");
        }
    }
    result.complaints.insert(result.complaints.end(), complaints_.begin(), complaints_.end());
    result.facts = checker.facts();
    result.voids = checker.voids();
    result.replies.resize(std::variant_size_v<ledger::Reply> + 1);
    for (const Operation& operation : history_.operations) {
        ++result.replies[operation.reply ? operation.reply->index() : result.replies.size() - 1];
    }
    return result;
}

void Simulation::act() {
    const int what = chance_.pick(100);
    if (what < 25) {
        const std::size_t node = chance_.pick(nodes_.size());
        if (!retries_.empty() && chance_.percent(50)) {
            submit(node, std::move(retries_.front()));
            retries_.pop_front();
        } else {
            const Request request = clients_.next(*chance_.one_of(nodes_));
            submit(node, request);
            // An impatient client asks twice at once.
            if (chance_.percent(5)) submit(chance_.pick(nodes_.size()), request);
        }
    } else if (what < 30) {
        begin_read();
    } else if (what < 75) {
        step_somebody();
    } else if (what < 85) {
        pass_time();
    } else if (what < 92) {
        adversary_.release_or_drop();
    } else if (chance_.percent(adversary_.misfortune.foreign_records)) {
        adversary_.append_foreign();
    } else if (chance_.percent(adversary_.misfortune.restarts)) {
        restart();
    } else if (chance_.percent(adversary_.misfortune.clock_jumps)) {
        jump_clock();
    }
    continue_reads();
}

Partition Simulation::partition_of(domain::OrganizationId organization) const {
    return ledger::partition_of(organization, ledger_.partitions());
}

void Simulation::submit(std::size_t node, Request request) {
    ledger::Submission submission = clients_.submission_of(request);
    const int patience = finishing_ ? 1000 : chance_.percent(20) ? 200 : 5000;
    submission.deadline = nodes_[node]->clock.steady() + milliseconds(patience);
    const std::size_t number = history_.operations.size();
    Operation operation{.submission = submission, .invoked = ++history_.now};
    operation.asked_in_peace = finishing_;
    history_.operations.push_back(std::move(operation));
    asked_.push_back({node, std::move(request)});
    const Partition partition = partition_of(submission.organization);
    nodes_[node]->submit(partition, std::move(submission), [this, number](ledger::Reply reply) {
        respond(number, std::move(reply));
    });
}

void Simulation::respond(std::size_t number, ledger::Reply reply) {
    Operation& operation = history_.operations[number];
    if (operation.without_state) return;  // A planted fault has answered before.
    if (operation.reply) complaints_.emplace_back("A command was answered twice.");
    operation.responded = ++history_.now;
    operation.log_end = ledger_.values(partition_of(operation.submission.organization)).size();
    operation.clock = nodes_[asked_[number].node]->clock.now();
    operation.reply = std::move(reply);
    if (std::holds_alternative<ledger::Unavailable>(*operation.reply) ||
        std::holds_alternative<ledger::OutOfStorage>(*operation.reply)) {
        maybe_retry(number);
    }
}

void Simulation::maybe_retry(std::size_t number) {
    const Request& request = asked_[number].request;
    if (!finishing_ && request.attempts < 4 && chance_.percent(70)) retries_.push_back(request);
}

void Simulation::answer_early(const std::string& value) {
    const auto record = ledger::decode(value);
    for (std::size_t i = 0; i < history_.operations.size(); ++i) {
        Operation& operation = history_.operations[i];
        if (operation.submission.event_id != record->id || operation.reply) continue;
        const ledger::Head head{record->sequence, ledger::sha256(value), record->time};
        respond(i, ledger::Accepted{head, {}, {}});
        operation.without_state = true;
    }
}

void Simulation::begin_read() {
    const std::size_t node = chance_.pick(nodes_.size());
    reads_.push_back({history_.reads.size(), node, incarnations_[node], std::nullopt});
    history_.reads.push_back(
        {chance_.one_of(clients_.organizations()), ++history_.now, kNever, {}, 0}
    );
}

void Simulation::continue_reads() {
    std::erase_if(reads_, [this](PendingRead& pending) {
        if (pending.incarnation != incarnations_[pending.node]) return true;
        SimulatedNode& node = *nodes_[pending.node];
        Read& read = history_.reads[pending.read];
        const Partition partition = partition_of(read.organization);
        try {
            if (!pending.target) pending.target = ledger_.ends().at(partition);
            if (node.applied(partition) < *pending.target) return false;
            read.head = node.store->read()->head(read.organization);
        } catch (const ledger::StorageError&) {
            return false;
        }
        read.responded = ++history_.now;
        read.log_end = ledger_.values(partition).size();
        return true;
    });
}

void Simulation::step_somebody() {
    nodes_[chance_.pick(nodes_.size())]->step(chance_.pick(ledger_.partitions()));
}

/// While one participant is within an append or a query, others act.
void Simulation::interleave() {
    if (nesting_ >= kMaxNesting) return;
    ++nesting_;
    for (int i = 1 + chance_.pick(3); i > 0; --i) {
        if (chance_.percent(adversary_.misfortune.foreign_records)) {
            adversary_.append_foreign();
        } else if (chance_.percent(10)) {
            adversary_.release_or_drop();
        } else {
            step_somebody();
        }
    }
    --nesting_;
}

void Simulation::pass_time() {
    const bool long_wait = chance_.percent(adversary_.misfortune.long_waits);
    const auto time = milliseconds(long_wait ? chance_.pick(6000) : chance_.pick(60));
    for (auto& node : nodes_) node->clock.advance(time);
}

void Simulation::jump_clock() {
    auto& clock = chance_.one_of(nodes_)->clock;
    clock.set_wall(clock.now() + std::chrono::seconds(chance_.pick(240) - 120));
}

void Simulation::restart() {
    const std::size_t node = chance_.pick(nodes_.size());
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        Operation& operation = history_.operations[i];
        if (asked_[i].node != node || operation.reply || operation.node_died) continue;
        operation.node_died = true;
        maybe_retry(i);
    }
    ++incarnations_[node];
    nodes_[node]->restart(chance_.percent(50));
    adversary_.haunt(*nodes_[node]->store);
}

bool Simulation::all_answered() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) {
        return node->unanswered() == 0;
    });
}

/// No more faults from here on: every command is answered, and all nodes reach the same state.
void Simulation::finish() {
    finishing_ = true;
    adversary_.retire();
    probe();
    for (int round = 0; round < kMaxRounds; ++round) {
        bool more = false;
        for (auto& node : nodes_) {
            for (Partition partition = 0; partition < ledger_.partitions(); ++partition) {
                for (int i = 0; i < kStepsInPeace && node->step(partition); ++i) more = true;
            }
            node->clock.advance(milliseconds(20));
        }
        continue_reads();
        if (!more && all_answered() && reads_.empty()) return;
    }
    complaints_.emplace_back("The system does not come to rest.");
}

/// Each node still answers for each organization.
void Simulation::probe() {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        for (const auto organization : clients_.organizations()) {
            submit(node, clients_.creation(organization));
        }
    }
}

}  // namespace

SimulationResult simulate(std::uint64_t seed, Fault fault) {
    return Simulation(seed, fault).run();
}

}  // namespace consularia::test
