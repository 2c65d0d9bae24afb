#include "app/probe.hpp"

#include <chrono>
#include <set>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::app {

namespace {

constexpr std::chrono::milliseconds kEvery{1000};

}  // namespace

Probe::Probe(ledger::Ledger& ledger, std::vector<ledger::PartitionWorker*> workers)
    : ledger_(ledger), questions_(ledger), workers_(std::move(workers)), ends_(workers_.size(), 0) {
    if (ledger_.shared()) thread_ = std::thread([this] { run(); });
}

Probe::~Probe() {
    stop();
}

std::vector<ledger::Position> Probe::ends() const {
    const std::lock_guard lock(mutex_);
    return ends_;
}

std::optional<std::string> Probe::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void Probe::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Probe::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        ask();
        lock.lock();
        changed_.wait_for(lock, kEvery, [this] { return stopping_; });
    }
}

void Probe::ask() {
    std::optional<std::string> problem = find_lag(ends());
    const auto all = ledger::all_partitions(ledger_.partitions());
    const auto found = questions_.ask({all.begin(), all.end()});
    if (found.empty()) problem = questions_.problem();
    const std::lock_guard lock(mutex_);
    if (problem && !problem_) spdlog::warn("the newest data cannot be read: {}", *problem);
    if (problem_ && !problem) spdlog::info("the newest data can be read again");
    problem_ = std::move(problem);
    for (const auto& [partition, end] : found) ends_[partition] = end;
}

/// What was the end at the last look should be applied by now.
std::optional<std::string> Probe::find_lag(const std::vector<ledger::Position>& before) const {
    for (std::size_t partition = 0; partition < workers_.size(); ++partition) {
        if (workers_[partition]->applied() >= before[partition]) continue;
        return "Partition " + std::to_string(partition) + " of the ledger is not applied up to " +
               std::to_string(before[partition]) + " yet.";
    }
    return std::nullopt;
}

}  // namespace consularia::app
