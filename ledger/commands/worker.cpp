#include "ledger/commands/worker.hpp"

#include "base/wakeup.hpp"
#include "ledger/commands/applied_position.hpp"
#include "ledger/commands/command_cost.hpp"
#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Deadlines are kept to this precision, and work that no wakeup announces is found after this
/// time.
constexpr milliseconds kPatience{20};
/// The pause after a failed step.
constexpr milliseconds kBackOff{100};
/// How long a step's failure counts: a retry may look healthy before it fails again.
constexpr std::chrono::seconds kFailureHolds{5};

}  // namespace

class PartitionWorker::Impl {
  public:
    Impl(
        Partition partition,
        Ledger& ledger,
        StateStore& store,
        const Clock& clock,
        WorkerLimits limits,
        PartitionHealth health
    );
    ~Impl();

    void start(const std::function<void(Position)>& progress);
    void submit(Submission submission, ReplyHandler reply);
    void when_applied(Position position, Clock::Steady deadline, std::function<void(bool)> done);
    void drain();

    [[nodiscard]] Position applied() const { return applied_.get(); }

    [[nodiscard]] bool serves() const { return serves_; }

    void answer_overdue();

    [[nodiscard]] std::size_t unanswered() const { return admission_.commands(); }

    [[nodiscard]] std::uint64_t second_rounds() const { return second_rounds_; }

  private:
    enum class Pause { none, idle, failure };

    [[nodiscard]] bool accept(Pending& command);
    void catch_up(const std::function<void(Position)>& progress);
    void run();
    void take_commands();
    Pause step();
    bool step_processor();
    bool finished();
    void pause(Pause reason);
    void wait_out(microseconds time);
    void refuse_commands();
    void end();

    const Partition partition_;
    Ledger& ledger_;
    const Clock& clock_;
    const PartitionHealth health_;

    /// Shared with the tail's callbacks, which may run after this object is gone.
    const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
    AppliedPosition applied_;
    std::atomic<bool> serves_ = false;
    std::atomic<bool> stopping_ = false;  ///< The thread ends without finishing its commands.

    std::atomic<std::uint64_t> second_rounds_ = 0;

    Admission admission_;  ///< Outlives all commands.

    std::mutex mutex_;  // guards the next two
    std::vector<Pending> arrived_;
    bool draining_ = false;

    // Belongs to the thread; before that to the caller of start().
    PartitionProcessor processor_;

    std::mutex join_mutex_;  // held while the thread is started or ended
    std::thread thread_;
};

PartitionWorker::Impl::Impl(
    Partition partition,
    Ledger& ledger,
    StateStore& store,
    const Clock& clock,
    WorkerLimits limits,
    PartitionHealth health
)
    : partition_(partition),
      ledger_(ledger),
      clock_(clock),
      health_(health),
      applied_(store.next_position(partition)),
      admission_(limits.admission),
      processor_(
          partition,
          ledger,
          store,
          clock,
          limits.processor,
          [wakeup = wakeup_] { wakeup->ring(); },
          health
      ) {}

PartitionWorker::Impl::~Impl() {
    stopping_ = true;
    drain();
}

void PartitionWorker::Impl::start(const std::function<void(Position)>& progress) {
    const std::lock_guard joining(join_mutex_);
    catch_up(progress);
    {
        const std::lock_guard lock(mutex_);
        if (draining_) return;
    }
    serves_ = true;
    thread_ = std::thread([this] { run(); });
}

void PartitionWorker::Impl::catch_up(const std::function<void(Position)>& progress) {
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
        {
            const std::lock_guard lock(mutex_);
            if (draining_) return;
        }
        if (!go_on()) wakeup_->wait(kPatience);
    }
}

void PartitionWorker::Impl::submit(Submission submission, ReplyHandler reply) {
    auto ticket = admission_.admit(submission.organization, estimate_bytes(submission));
    if (!ticket) return reply(Unavailable{false, std::string(ticket.error())});
    Pending command{std::move(submission), std::move(reply), *std::move(ticket)};
    if (accept(command)) {
        wakeup_->ring();
    } else {
        command.answer(Unavailable{false, "The server is shutting down."});
    }
}

/// Takes the command, unless the worker drains.
bool PartitionWorker::Impl::accept(Pending& command) {
    const std::lock_guard lock(mutex_);
    if (draining_) return false;
    arrived_.push_back(std::move(command));
    return true;
}

void PartitionWorker::Impl::when_applied(
    Position position, Clock::Steady deadline, std::function<void(bool)> done
) {
    // The thread may be asleep without a limit, and must keep the deadline.
    if (applied_.when(position, deadline, std::move(done))) wakeup_->ring();
}

void PartitionWorker::Impl::drain() {
    refuse_commands();
    wakeup_->ring();
    const std::lock_guard joining(join_mutex_);
    if (thread_.joinable()) {
        thread_.join();
    } else {
        end();  // It never ran, or has ended before.
    }
}

void PartitionWorker::Impl::refuse_commands() {
    {
        const std::lock_guard lock(mutex_);
        draining_ = true;
    }
    applied_.refuse_waits();
}

void PartitionWorker::Impl::run() {
    while (!stopping_) {
        take_commands();
        const Pause reason = step();
        if (finished()) break;
        pause(reason);
    }
    end();
}

void PartitionWorker::Impl::take_commands() {
    std::vector<Pending> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(arrived_);
    }
    processor_.enqueue(std::move(taken));
}

PartitionWorker::Impl::Pause PartitionWorker::Impl::step() {
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

bool PartitionWorker::Impl::step_processor() {
    try {
        return processor_.step();
    } catch (const StorageError& error) {
        health_.fails(processor_.doing(), error.what(), scope_of(error), kFailureHolds);
        throw;
    }
}

void PartitionWorker::Impl::answer_overdue() {
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

bool PartitionWorker::Impl::finished() {
    const std::lock_guard lock(mutex_);
    return draining_ && arrived_.empty() && processor_.unanswered() == 0 && !applied_.awaited();
}

void PartitionWorker::Impl::pause(Pause reason) {
    switch (reason) {
        case Pause::none:
            return;
        case Pause::failure:
            return wait_out(kBackOff);
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
void PartitionWorker::Impl::wait_out(microseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!stopping_) {
        const auto left = until - std::chrono::steady_clock::now();
        if (left <= left.zero()) break;
        wakeup_->wait(std::chrono::ceil<microseconds>(left));
    }
    wakeup_->ring();  // Wakeups during the wait have not been handled.
}

void PartitionWorker::Impl::end() {
    serves_ = false;
    take_commands();
    processor_.abandon("The server is shutting down.");
    applied_.close();
}

PartitionWorker::PartitionWorker(
    Partition partition,
    Ledger& ledger,
    StateStore& store,
    const Clock& clock,
    WorkerLimits limits,
    PartitionHealth health
)
    : impl_(std::make_unique<Impl>(partition, ledger, store, clock, limits, health)) {}

PartitionWorker::~PartitionWorker() = default;

void PartitionWorker::start(const std::function<void(Position)>& applied) {
    impl_->start(applied);
}

void PartitionWorker::submit(Submission submission, ReplyHandler reply) {
    impl_->submit(std::move(submission), std::move(reply));
}

void PartitionWorker::when_applied(
    Position position, Clock::Steady deadline, std::function<void(bool)> done
) {
    impl_->when_applied(position, deadline, std::move(done));
}

Position PartitionWorker::applied() const {
    return impl_->applied();
}

std::size_t PartitionWorker::unanswered() const {
    return impl_->unanswered();
}

std::uint64_t PartitionWorker::second_rounds() const {
    return impl_->second_rounds();
}

bool PartitionWorker::serves() const {
    return impl_->serves();
}

void PartitionWorker::answer_overdue() {
    impl_->answer_overdue();
}

void PartitionWorker::drain() {
    impl_->drain();
}

}  // namespace consularia::ledger
