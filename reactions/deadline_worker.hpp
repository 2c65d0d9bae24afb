#pragma once
// Acts for the clock: ends appointments whose end has come, with ordinary commands.

#include "base/stoppable_thread.hpp"
#include "ledger/commands/command.hpp"
#include "ledger/log/clock.hpp"
#include "projections/due.hpp"
#include "projections/read_store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions {

struct DeadlineLimits {
    std::size_t in_flight = 64;  ///< Simultaneous commands: its share of a partition's queue.
    /// For one organization while others are due too; alone it may have all.
    std::size_t in_flight_of_organization = 8;
    std::chrono::milliseconds poll{250};
    std::chrono::milliseconds command_deadline = ledger::kCommandDeadline;
    /// If a command did not end an appointment, its organization is left alone for this long, to
    /// avoid spinning.
    std::chrono::milliseconds retry_after{30'000};
    /// How long an end that is another node's task is left to that node.
    std::chrono::milliseconds patience{750};
};

/// What the deadlines are found and met with. All of it outlives the worker.
struct DeadlinePorts {
    const projections::ReadStore& store;
    ledger::Partition partitions = 1;
    /// Whether this node should act in a partition now; if two nodes act, no harm is done.
    std::function<bool(ledger::Partition)> is_ours;
    const ledger::Clock& clock;
    std::function<void(ledger::Submission, ledger::ReplyHandler)> submit;
    std::function<domain::EventId()> new_event_id;  ///< UUIDs of version 7.
    /// Called with the reason at each pass that can do nothing.
    std::function<void(const std::string&)> on_problem;
};

/// Driven by the deadlines read model, so it needs no memory of its own: ends that came while it
/// was down are handled at the next start. Organizations with due ends take turns, by partition. A
/// pass reads a row for each command that it submits, and a few more. One thread, from start() to
/// stop(), works for all partitions.
class DeadlineWorker {
  public:
    explicit DeadlineWorker(DeadlinePorts ports, DeadlineLimits limits = {});
    DeadlineWorker(const DeadlineWorker&) = delete;
    DeadlineWorker& operator=(const DeadlineWorker&) = delete;
    ~DeadlineWorker();

    void start();

    /// Waits for the answers to the commands in flight.
    void stop();

    /// Submits commands for the ends that are due now, as many as may be in flight. Returns their
    /// number. For the thread, and for tests without one.
    std::size_t pass(const std::stop_token& stop = {});

  private:
    /// The work in one partition.
    struct Lane {
        ledger::Partition partition = 0;
        std::string place;          ///< The place of the organization that had the last turn.
        std::size_t in_flight = 0;  ///< Commands.
        std::map<domain::OrganizationId, std::size_t> busy;  ///< The commands in flight by
                                                             ///< organization.
        ledger::Clock::Steady paused_until{};
    };

    void run(const std::stop_token& stop);
    std::size_t pass(Lane& lane);
    [[nodiscard]] std::vector<projections::DueOrganization> find_turns(
        const Lane& lane, const projections::Reader& reader, domain::Timestamp now
    ) const;
    [[nodiscard]] bool is_stuck(
        domain::OrganizationId organization, const std::vector<domain::AppointmentId>& due
    );
    void forget_expired();
    void give(Lane& lane, domain::OrganizationId organization, domain::AppointmentId appointment);
    void take_reply(
        Lane& lane,
        domain::OrganizationId organization,
        domain::AppointmentId appointment,
        const ledger::Reply& reply
    );

    const DeadlinePorts ports_;
    const DeadlineLimits limits_;

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable_any changed_;
    std::size_t in_flight_ = 0;
    bool answered_ = false;    ///< A command was answered since the thread last looked.
    std::vector<Lane> lanes_;  ///< The number of lanes never changes.
    /// Appointments that a command did not end: another node may have ended them, or it is
    /// impossible.
    std::map<domain::OrganizationId, domain::AppointmentId> refused_;
    std::set<domain::OrganizationId> left_alone_;
    /// Until when the entries of the two above hold.
    std::deque<std::pair<ledger::Clock::Steady, domain::OrganizationId>> expiries_;
    StoppableThread thread_;
};

}  // namespace consularia::reactions
