#include "node/probe.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace consularia::node {

namespace {

using ledger::Part;
using ledger::Partition;

constexpr std::chrono::milliseconds kEvery{1000};
/// An end that has not been reported for this long is unknown. Partitions that do not answer cost
/// the others a turn or two.
constexpr std::chrono::milliseconds kUnknownAfter{3000};
/// How many questions to ask before reporting that no partition answers: the first ones asked may
/// be the only silent ones.
constexpr int kQuestions = 4;
constexpr ledger::Component kBrokers{std::nullopt, Part::brokers};

}  // namespace

Probe::Probe(
    ledger::Ledger& ledger,
    std::vector<ledger::PartitionWorker*> workers,
    const ledger::Clock& clock,
    ledger::Health& health
)
    : ledger_(ledger),
      questions_(ledger),
      workers_(std::move(workers)),
      clock_(clock),
      health_(health),
      freshness_(ledger.partitions()),
      ends_(workers_.size(), KnownEnd{0, clock.steady()}) {
    if (ledger_.shared()) thread_.emplace(kEvery, [this] { ask(); });
}

std::vector<KnownEnd> Probe::ends() const {
    const std::lock_guard lock(mutex_);
    return ends_;
}

void Probe::stop() {
    if (thread_) thread_->stop();
}

void Probe::ask() {
    const auto before = ends();
    const auto asked_at = clock_.steady();
    const auto found = find_ends();
    if (found.empty()) {
        health_.fails(kBrokers, "the newest data cannot be read: " + questions_.problem(0).why);
    } else {
        health_.fine(kBrokers);
    }
    for (Partition partition = 0; partition < before.size(); ++partition) {
        if (found.contains(partition)) {
            report_known(partition, before[partition]);
        } else {
            report_unknown(partition, before[partition]);
        }
    }
    for (const auto& [partition, end] : found) freshness_.heard(partition, end, asked_at);
    const std::lock_guard lock(mutex_);
    for (const auto& [partition, end] : found) ends_[partition] = {end, asked_at};
}

std::map<Partition, ledger::Position> Probe::find_ends() {
    const auto all = ledger::all_partitions(ledger_.partitions());
    std::map<Partition, ledger::Position> found;
    for (int i = 0; i < kQuestions && found.empty(); ++i) {
        found = questions_.ask({all.begin(), all.end()});
    }
    return found;
}

void Probe::report_unknown(Partition partition, const KnownEnd& known) {
    if (clock_.steady() - known.at < kUnknownAfter) return;
    const auto [why, reach] = questions_.problem(partition);
    health_.fails({partition, Part::lag}, why, reach);
}

/// The end at the last look should be applied by now, except while the log is read for the first
/// time.
void Probe::report_known(Partition partition, const KnownEnd& before) {
    const auto applied = workers_[partition]->applied();
    if (applied >= before.end || !workers_[partition]->serves()) {
        return health_.fine({partition, Part::lag});
    }
    health_.fails(
        {partition, Part::lag},
        "the log is applied up to " + std::to_string(applied) + " and reaches at least " +
            std::to_string(before.end)
    );
}

}  // namespace consularia::node
