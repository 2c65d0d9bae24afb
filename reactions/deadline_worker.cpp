#include "reactions/deadline_worker.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace consularia::reactions {

DeadlineWorker::DeadlineWorker(DeadlinePorts ports, DeadlineLimits limits)
    : ports_(std::move(ports)), limits_(limits), lanes_(ports_.partitions) {
    for (ledger::Partition partition = 0; partition < ports_.partitions; ++partition) {
        lanes_[partition].partition = partition;
    }
}

DeadlineWorker::~DeadlineWorker() {
    stop();
}

void DeadlineWorker::start() {
    thread_.start([this](const std::stop_token& stop) { run(stop); });
}

void DeadlineWorker::stop() {
    thread_.stop();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ == 0; });
}

void DeadlineWorker::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        answered_ = false;
        lock.unlock();
        try {
            pass(stop);
        } catch (const ledger::StorageError& error) {
            ports_.on_problem(error.what());
        }
        lock.lock();
        // An answered organization may have more due ends.
        changed_.wait_for(lock, stop, limits_.poll, [this] { return answered_; });
    }
}

std::size_t DeadlineWorker::pass(const std::stop_token& stop) {
    if (const auto problem = ports_.clock.problem()) {
        ports_.on_problem(*problem);
        return 0;
    }
    forget_expired();
    std::size_t given = 0;
    for (Lane& lane : lanes_) {
        if (!stop.stop_requested()) given += pass(lane);
    }
    return given;
}

std::size_t DeadlineWorker::pass(Lane& lane) {
    std::size_t free = 0;
    std::set<domain::OrganizationId> skipped;
    {
        const std::lock_guard lock(mutex_);
        if (lane.paused_until > ports_.clock.steady()) return 0;
        free = limits_.in_flight - std::min(limits_.in_flight, lane.in_flight);
        skipped = left_alone_;
        for (const auto& [organization, commands] : lane.busy) skipped.insert(organization);
    }
    if (free == 0) return 0;
    auto now = ports_.clock.now();
    if (!ports_.is_ours(lane.partition)) now -= limits_.patience;
    // Taken after the busy organizations were read, so that it contains everything answered by
    // then.
    const auto reader = ports_.store.snapshot();
    const auto turns = find_turns(lane, *reader, now);
    const auto share = std::max(
        limits_.in_flight_of_organization,
        limits_.in_flight / std::max<std::size_t>(turns.size(), 1)
    );
    std::size_t given = 0;
    for (const auto& [organization, place] : turns) {
        if (given == free) break;
        lane.place = place;
        if (skipped.contains(organization)) continue;
        const auto due =
            projections::find_due(*reader, organization, now, std::min(share, free - given));
        if (is_stuck(organization, due)) continue;
        given += due.size();
        for (const auto appointment : due) give(lane, organization, appointment);
    }
    return given;
}

/// Starts after the organization of the last turn and goes round.
std::vector<projections::DueOrganization> DeadlineWorker::find_turns(
    const Lane& lane, const projections::Reader& reader, domain::Timestamp now
) const {
    const auto limit = limits_.in_flight;
    auto turns =
        projections::find_due_organizations(reader, lane.partition, now, lane.place, limit);
    if (turns.size() == limit || lane.place.empty()) return turns;
    auto first =
        projections::find_due_organizations(reader, lane.partition, now, "", limit - turns.size());
    for (auto& one : first) {
        if (one.place > lane.place) break;
        turns.push_back(std::move(one));
    }
    return turns;
}

/// Whether an appointment that a command did not end is still due. Then the organization is left
/// alone.
bool DeadlineWorker::is_stuck(
    domain::OrganizationId organization, const std::vector<domain::AppointmentId>& due
) {
    const std::lock_guard lock(mutex_);
    const auto found = refused_.find(organization);
    if (found == refused_.end()) return false;
    const bool stuck = std::find(due.begin(), due.end(), found->second) != due.end();
    if (stuck) left_alone_.insert(organization);
    if (!stuck) refused_.erase(found);
    return stuck;
}

void DeadlineWorker::forget_expired() {
    const std::lock_guard lock(mutex_);
    const auto now = ports_.clock.steady();
    for (; !expiries_.empty() && expiries_.front().first <= now; expiries_.pop_front()) {
        refused_.erase(expiries_.front().second);
        left_alone_.erase(expiries_.front().second);
    }
}

void DeadlineWorker::give(
    Lane& lane, domain::OrganizationId organization, domain::AppointmentId appointment
) {
    {
        const std::lock_guard lock(mutex_);
        ++in_flight_;
        ++lane.in_flight;
        ++lane.busy[organization];
    }
    ledger::Submission submission{
        .organization = organization,
        .actor = ledger::SystemActor{"deadlines"},
        .request = {},
        .idempotency = std::nullopt,
        .event_id = ports_.new_event_id(),
        .command = domain::AppointmentCommand(domain::EndAppointment{appointment}),
        .deadline = ports_.clock.steady() + limits_.command_deadline};
    ports_.submit(
        std::move(submission),
        [this, &lane, organization, appointment](const ledger::Reply& reply) {
            take_reply(lane, organization, appointment, reply);
        }
    );
}

void DeadlineWorker::take_reply(
    Lane& lane,
    domain::OrganizationId organization,
    domain::AppointmentId appointment,
    const ledger::Reply& reply
) {
    const std::lock_guard lock(mutex_);
    if (std::holds_alternative<ledger::Unavailable>(reply) ||
        std::holds_alternative<ledger::OutOfStorage>(reply)) {
        lane.paused_until = ports_.clock.steady() + limits_.poll;
    } else if (!std::holds_alternative<ledger::Accepted>(reply)) {
        if (refused_.try_emplace(organization, appointment).second) {
            expiries_.emplace_back(ports_.clock.steady() + limits_.retry_after, organization);
        }
    }
    if (--lane.busy[organization] == 0) {
        lane.busy.erase(organization);
        answered_ = true;
    }
    --lane.in_flight;
    --in_flight_;
    changed_.notify_all();
}

}  // namespace consularia::reactions
