#include "tests/support/memory_ledger.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace consularia::test {

using ledger::Partition;
using ledger::Position;

namespace {

std::vector<std::size_t> count_up(std::size_t count) {
    std::vector<std::size_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    return numbers;
}

}  // namespace

AppendPlan AppendPlan::land(std::size_t records, Report report) {
    return {count_up(records), {}, report};
}

AppendPlan AppendPlan::lose(Report report) {
    return {{}, {}, report};
}

AppendPlan AppendPlan::delay(std::size_t records) {
    return {{}, count_up(records), Report::fate_unknown};
}

class MemoryLedger::MemoryTail final : public ledger::Tail {
  public:
    MemoryTail(MemoryLedger& ledger, Partition partition, Position from)
        : ledger_(ledger), partition_(partition), next_(from) {}

    ~MemoryTail() override {
        const std::lock_guard lock(ledger_.mutex_);
        ledger_.tails_.erase(this);
    }

    [[nodiscard]] std::vector<ledger::LogEntry> next(std::size_t limit) override {
        const std::size_t available = ledger_.values_from(partition_, next_);
        const TailGate gate = ledger_.copy(ledger_.gate_);
        const std::size_t count =
            std::min({limit, available, gate ? gate(partition_, available) : available});
        const std::lock_guard lock(ledger_.mutex_);
        std::vector<ledger::LogEntry> entries;
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < count && bytes < ledger::kTailBytes; ++i, ++next_) {
            if (ledger_.skipped_ == next_) continue;
            const Written& written = ledger_.logs_.at(partition_).at(next_);
            entries.push_back({next_, written.value, written.writer});
            bytes += written.value.size();
        }
        return entries;
    }

  private:
    MemoryLedger& ledger_;
    const Partition partition_;
    Position next_;
};

MemoryLedger::MemoryLedger(MemoryLedgerOptions options)
    : options_(std::move(options)), logs_(options_.partitions) {}

MemoryLedger::~MemoryLedger() = default;

ledger::AppendResult MemoryLedger::append(
    Partition partition, std::span<const std::string> values
) {
    return append_by(ledger::kNoWriter, partition, values);
}

ledger::AppendResult MemoryLedger::append_by(
    ledger::Writer writer, Partition partition, std::span<const std::string> values
) {
    const AppendPlan plan = next_plan(partition, values);
    ledger::AppendResult result = ledger::FateUnknown{"The test does not say."};
    {
        const std::lock_guard lock(mutex_);
        ++appends_;
        auto& log = logs_.at(partition);
        for (const std::size_t i : plan.lands) log.push_back({values[i], writer});
        for (const std::size_t i : plan.delayed) {
            delayed_.push_back({partition, {values[i], writer}});
        }
        if (plan.report == AppendPlan::Report::appended) result = ledger::Appended{log.size()};
    }
    ring(partition);
    if (const auto hook = copy(after_append_)) hook();
    using Reason = ledger::NotAppended::Reason;
    switch (plan.report) {
        case AppendPlan::Report::appended:
        case AppendPlan::Report::fate_unknown:
            return result;
        case AppendPlan::Report::failed:
            return ledger::NotAppended{Reason::failed, "The test refuses."};
        case AppendPlan::Report::closed:
            return ledger::NotAppended{Reason::failed, "The test is closed.", true};
        case AppendPlan::Report::out_of_storage:
            return ledger::NotAppended{Reason::out_of_storage, "The test is full."};
        case AppendPlan::Report::storage_error:
            throw ledger::StorageError("The test breaks the append.");
    }
    return result;
}

std::unique_ptr<ledger::Tail> MemoryLedger::tail(
    Partition partition, Position from, std::function<void()> ready
) {
    auto made = std::make_unique<MemoryTail>(*this, partition, from);
    const std::lock_guard lock(mutex_);
    tails_.emplace(made.get(), std::pair(partition, std::move(ready)));
    return made;
}

std::vector<Position> MemoryLedger::find_ends(
    std::span<const Partition> partitions, std::chrono::milliseconds /*timeout*/
) {
    if (const auto hook = copy(before_ends_)) hook(partitions);
    const std::lock_guard lock(mutex_);
    ++end_queries_;
    std::vector<Position> ends;
    for (const Partition partition : partitions) ends.push_back(logs_.at(partition).size());
    return ends;
}

void MemoryLedger::plan_appends(Planner planner) {
    const std::lock_guard lock(mutex_);
    planner_ = std::move(planner);
}

void MemoryLedger::plan_next(std::function<AppendPlan(std::span<const std::string> values)> plan) {
    const std::lock_guard lock(mutex_);
    next_plan_ = std::move(plan);
}

void MemoryLedger::after_append(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    after_append_ = std::move(hook);
}

void MemoryLedger::gate_tails(TailGate gate) {
    const std::lock_guard lock(mutex_);
    gate_ = std::move(gate);
}

void MemoryLedger::skip_entry(std::optional<Position> position) {
    const std::lock_guard lock(mutex_);
    skipped_ = position;
}

void MemoryLedger::before_ends(std::function<void(std::span<const Partition>)> hook) {
    const std::lock_guard lock(mutex_);
    before_ends_ = std::move(hook);
}

void MemoryLedger::inject(Partition partition, std::string value, ledger::Writer writer) {
    {
        const std::lock_guard lock(mutex_);
        logs_.at(partition).push_back({std::move(value), writer});
    }
    ring(partition);
}

bool MemoryLedger::release_delayed(std::size_t which) {
    Partition partition = 0;
    {
        const std::lock_guard lock(mutex_);
        if (which >= delayed_.size()) return false;
        partition = delayed_[which].partition;
        logs_.at(partition).push_back(std::move(delayed_[which].written));
        delayed_.erase(delayed_.begin() + static_cast<std::ptrdiff_t>(which));
    }
    ring(partition);
    return true;
}

void MemoryLedger::drop_delayed(std::size_t which) {
    const std::lock_guard lock(mutex_);
    delayed_.erase(delayed_.begin() + static_cast<std::ptrdiff_t>(which));
}

std::size_t MemoryLedger::delayed() const {
    const std::lock_guard lock(mutex_);
    return delayed_.size();
}

void MemoryLedger::ring_tails() {
    for (Partition partition = 0; partition < options_.partitions; ++partition) ring(partition);
}

std::vector<std::string> MemoryLedger::values(Partition partition) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> values;
    for (const Written& written : logs_.at(partition)) values.push_back(written.value);
    return values;
}

std::size_t MemoryLedger::appends() const {
    const std::lock_guard lock(mutex_);
    return appends_;
}

std::size_t MemoryLedger::end_queries() const {
    const std::lock_guard lock(mutex_);
    return end_queries_;
}

std::size_t MemoryLedger::values_from(Partition partition, Position position) const {
    const std::lock_guard lock(mutex_);
    return logs_.at(partition).size() - position;
}

AppendPlan MemoryLedger::next_plan(Partition partition, std::span<const std::string> values) {
    Planner planner;
    {
        const std::lock_guard lock(mutex_);
        planner = planner_;
        if (next_plan_) {
            planner = [once = std::exchange(next_plan_, nullptr)](Partition, auto given) {
                return once(given);
            };
        }
    }
    return planner ? planner(partition, values) : AppendPlan::land(values.size());
}

void MemoryLedger::ring(Partition partition) {
    std::vector<std::function<void()>> readies;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [tail, waiting] : tails_) {
            if (waiting.first == partition && waiting.second) readies.push_back(waiting.second);
        }
    }
    for (const auto& ready : readies) ready();
}

}  // namespace consularia::test
