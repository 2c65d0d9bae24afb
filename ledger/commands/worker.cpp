#include "ledger/commands/worker.hpp"

#include "ledger/commands/command_cost.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace consularia::ledger {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Deadlines are kept to this precision, and work that no wakeup announces is found after this
/// time.
constexpr milliseconds kPatience{20};
/// The pause after a failed step.
constexpr milliseconds kBackOff{100};
constexpr const char* kShuttingDown = "The server is shutting down.";
/// How long a step's failure counts: a retry may look healthy before it fails again.
constexpr std::chrono::seconds kFailureHolds{5};

}  // namespace

PartitionWorker::PartitionWorker(const PartitionPorts& ports, WorkerLimits limits)
    : partition_(ports.partition),
      ledger_(ports.ledger),
      clock_(ports.clock),
      health_(ports.health),
      applied_(ports.store.next_position(ports.partition)),
      admission_(limits.admission),
      processor_(ports, limits.processor, [wakeup = wakeup_] { wakeup->ring(); }) {}

PartitionWorker::~PartitionWorker() {
    thread_.request_stop();  // It ends without finishing its commands.
    drain();
}

void PartitionWorker::start(const std::function<void(Position)>& progress) {
    const std::lock_guard joining(join_mutex_);
    catch_up(progress);
    if (drains()) return;
    serves_ = true;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void PartitionWorker::catch_up(const std::function<void(Position)>& progress) {
    const auto go_on = [&] {
        const bool more = step_processor();
        applied_.advance(processor_.applied());
        if (more && progress) progress(processor_.applied());
        return more;
    };
    // Opens the tail first: a doubted end is not reported before the tail has compared.
    (void)go_on();
    const Position end = ledger_.end(partition_);
    while (processor_.applied() < end) {
        if (drains()) return;
        if (!go_on()) wakeup_->wait(kPatience);
    }
}

void PartitionWorker::submit(Submission submission, ReplyHandler reply) {
    if (drains()) return reply(Unavailable{false, kShuttingDown});
    auto ticket = admission_.admit(submission.organization, estimate_bytes(submission));
    if (!ticket) return reply(Unavailable{false, std::string(ticket.error())});
    Pending command{std::move(submission), std::move(reply), *std::move(ticket)};
    if (accept(command)) {
        wakeup_->ring();
    } else {
        command.answer(Unavailable{false, kShuttingDown});
    }
}

bool PartitionWorker::drains() const {
    const std::lock_guard lock(mutex_);
    return draining_;
}

/// Takes the command, unless the worker drains.
bool PartitionWorker::accept(Pending& command) {
    const std::lock_guard lock(mutex_);
    if (draining_) return false;
    arrived_.push_back(std::move(command));
    return true;
}

void PartitionWorker::when_applied(
    Position position, Clock::Steady deadline, std::function<void(bool)> done
) {
    // The thread may be asleep without a limit, and must keep the deadline.
    if (applied_.when(position, deadline, std::move(done))) wakeup_->ring();
}

void PartitionWorker::drain() {
    refuse_commands();
    wakeup_->ring();
    const std::lock_guard joining(join_mutex_);
    if (thread_.joinable()) {
        thread_.join();
    } else {
        end();  // It never ran, or has ended before.
    }
}

void PartitionWorker::refuse_commands() {
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
    }
    applied_.refuse_waits();
}

void PartitionWorker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        take_commands();
        const Pause reason = step();
        if (finished()) break;
        pause(reason, stop);
    }
    end();
}

void PartitionWorker::take_commands() {
    std::vector<Pending> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(arrived_);
    }
    processor_.enqueue(std::move(taken));
}

PartitionWorker::Pause PartitionWorker::step() {
    Pause reason = Pause::idle;
    try {
        if (step_processor()) reason = Pause::none;
        if (processor_.lost_race()) ++second_rounds_;
    } catch (const StorageError&) {
        reason = Pause::failure;  // step_processor() has reported it.
    }
    applied_.advance(processor_.applied());
    applied_.answer_overdue(clock_.steady());
    return reason;
}

bool PartitionWorker::step_processor() {
    try {
        return processor_.step();
    } catch (const StorageError& error) {
        health_.fails(processor_.doing(), error.what(), reach_of(error), kFailureHolds);
        throw;
    }
}

void PartitionWorker::answer_overdue() {
    const Clock::Steady now = clock_.steady();
    applied_.answer_overdue(now);
    std::vector<Pending> overdue;
    {
        const std::lock_guard lock(mutex_);
        const auto late =
            std::stable_partition(arrived_.begin(), arrived_.end(), [now](const Pending& command) {
                return command.submission.deadline > now;
            });
        std::move(late, arrived_.end(), std::back_inserter(overdue));
        arrived_.erase(late, arrived_.end());
    }
    for (Pending& command : overdue) command.answer(Unavailable{false, "Not carried out in time."});
}

bool PartitionWorker::finished() {
    const std::lock_guard lock(mutex_);
    return draining_ && arrived_.empty() && processor_.unanswered() == 0 && !applied_.awaited();
}

void PartitionWorker::pause(Pause reason, const std::stop_token& stop) {
    switch (reason) {
        case Pause::none:
            return;
        case Pause::failure:
            return wait_out(kBackOff, stop);
        case Pause::idle: {
            const bool awaited = processor_.unanswered() > 0 || applied_.awaited();
            if (!awaited) return wakeup_->wait(std::nullopt);
            microseconds longest = kPatience;
            if (const auto turn = processor_.turn()) {
                longest =
                    std::min(longest, std::chrono::ceil<microseconds>(*turn - clock_.steady()));
            }
            return wakeup_->wait(std::max(longest, microseconds(0)));
        }
    }
}

/// Waits the whole time, however often it is woken, except to stop.
void PartitionWorker::wait_out(microseconds time, const std::stop_token& stop) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!stop.stop_requested()) {
        const auto left = until - std::chrono::steady_clock::now();
        if (left <= left.zero()) break;
        wakeup_->wait(std::chrono::ceil<microseconds>(left));
    }
    wakeup_->ring();  // Wakeups during the wait have not been handled.
}

void PartitionWorker::end() {
    serves_ = false;
    take_commands();
    processor_.abandon(kShuttingDown);
    applied_.close();
}

}  // namespace consularia::ledger
