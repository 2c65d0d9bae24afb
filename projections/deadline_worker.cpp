#include "projections/deadline_worker.hpp"

#include "ledger/storage_error.hpp"

#include <utility>
#include <variant>

namespace consularia::projections {

DeadlineWorker::DeadlineWorker(
    const ReadStore& store,
    ledger::Partition partition,
    std::function<bool()> is_ours,
    const ledger::Clock& clock,
    Submit submit,
    std::function<domain::EventId()> new_event_id,
    std::function<void(const std::string&)> on_problem,
    DeadlineLimits limits
)
    : store_(store),
      partition_(partition),
      is_ours_(std::move(is_ours)),
      clock_(clock),
      submit_(std::move(submit)),
      new_event_id_(std::move(new_event_id)),
      on_problem_(std::move(on_problem)),
      limits_(limits) {}

DeadlineWorker::~DeadlineWorker() {
    stop();
}

void DeadlineWorker::start() {
    thread_ = std::thread([this] { run(); });
}

void DeadlineWorker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void DeadlineWorker::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        std::size_t given = 0;
        try {
            given = pass();
        } catch (const ledger::StorageError& error) {
            on_problem_(error.what());
        }
        lock.lock();
        if (given == 0) changed_.wait_for(lock, limits_.poll, [this] { return stopping_; });
    }
}

std::size_t DeadlineWorker::pass() {
    auto until = clock_.now();
    if (!is_ours_()) until.micros -= std::chrono::microseconds(limits_.patience).count();
    const auto steady = clock_.steady();
    std::erase_if(postponed_, [&](const auto& entry) { return entry.second <= steady; });
    const auto wanted = [this](const Due& due) { return !postponed_.contains(due); };
    const auto due = find_due(*store_.snapshot(), partition_, until, limits_.in_flight, wanted);
    carry_out(due);
    return due.size();
}

void DeadlineWorker::carry_out(const std::vector<Due>& due) {
    {
        const std::lock_guard lock(mutex_);
        unanswered_ = due.size();
    }
    for (const Due& one : due) {
        ledger::Submission submission{
            .organization = one.organization,
            .actor = ledger::SystemActor{"deadlines"},
            .request_id = "",
            .idempotency = std::nullopt,
            .event_id = new_event_id_(),
            .command = domain::AppointmentCommand(domain::EndAppointment{one.appointment}),
            .deadline = clock_.steady() + limits_.command_deadline};
        submit_(std::move(submission), [this, one](const ledger::Reply& reply) {
            const std::lock_guard lock(mutex_);
            if (!std::holds_alternative<ledger::Accepted>(reply)) {
                const bool later = std::holds_alternative<ledger::Unavailable>(reply);
                left_over_.emplace_back(one, later ? limits_.poll : limits_.retry_after);
            }
            --unanswered_;
            changed_.notify_all();
        });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return unanswered_ == 0; });
    const auto steady = clock_.steady();
    for (const auto& [one, pause] : std::exchange(left_over_, {})) postponed_[one] = steady + pause;
}

}  // namespace consularia::projections
