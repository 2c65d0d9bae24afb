#pragma once
// The clock acts: ends appointments whose end has come, with commands like anybody's.

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
#include <thread>
#include <utility>
#include <vector>

namespace consularia::projections {

struct DeadlineLimits {
    std::size_t in_flight = 64;  ///< Commands at once: its share of a partition's queue.
    /// Of one organization while others are due too; alone it may have all.
    std::size_t in_flight_of_organization = 8;
    std::chrono::milliseconds poll{250};
    std::chrono::milliseconds command_deadline{5000};
    /// An organization with an end that a command did not bring about is left alone for so long,
    /// lest it spins.
    std::chrono::milliseconds retry_after{30'000};
    /// What another node should end is left to it for so long.
    std::chrono::milliseconds patience{750};
};

/// Driven by the deadlines read model, so that it needs no memory of its own: what was due while it
/// was down is done when it comes up. Organizations with something due take turns, by partition. A
/// pass reads no more than it gives commands, and a few rows. One thread, from start() to stop(),
/// works for all partitions.
class DeadlineWorker {
  public:
    using Submit = std::function<void(ledger::Submission, ledger::ReplyHandler)>;

    /// All outlive this. `is_ours` says whether this node is the one that should act in a partition
    /// now; whatever it says, two that act do no harm. `new_event_id` makes UUIDs of version 7.
    /// `on_problem` is told at each pass that can do nothing why.
    DeadlineWorker(
        const ReadStore& store,
        ledger::Partition partitions,
        std::function<bool(ledger::Partition)> is_ours,
        const ledger::Clock& clock,
        Submit submit,
        std::function<domain::EventId()> new_event_id,
        std::function<void(const std::string&)> on_problem,
        DeadlineLimits limits = {}
    );
    DeadlineWorker(const DeadlineWorker&) = delete;
    DeadlineWorker& operator=(const DeadlineWorker&) = delete;
    ~DeadlineWorker();

    void start();

    /// Waits for the answers to what is in flight.
    void stop();

    /// Gives commands for what is due now, as many as may be in flight. Returns how many. For the
    /// thread, and for tests without one.
    std::size_t pass();

  private:
    /// What is going on in one partition.
    struct Lane {
        ledger::Partition partition = 0;
        std::string place;          ///< Of the organization that had the last turn.
        std::size_t in_flight = 0;  ///< Commands.
        std::map<domain::OrganizationId, std::size_t> busy;  ///< Theirs, by organization.
        ledger::Clock::Steady paused_until{};
    };

    void run();
    std::size_t pass(Lane& lane);
    [[nodiscard]] std::vector<DueOrganization> find_turns(
        const Lane& lane, const Reader& reader, domain::Timestamp now
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

    const ReadStore& store_;
    const std::function<bool(ledger::Partition)> is_ours_;
    const ledger::Clock& clock_;
    const Submit submit_;
    const std::function<domain::EventId()> new_event_id_;
    const std::function<void(const std::string&)> on_problem_;
    const DeadlineLimits limits_;

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::size_t in_flight_ = 0;
    bool answered_ = false;    ///< An organization, since the thread last looked.
    std::vector<Lane> lanes_;  ///< As many from the beginning to the end.
    /// What a command did not end: another node may have, or it will not work.
    std::map<domain::OrganizationId, domain::AppointmentId> refused_;
    std::set<domain::OrganizationId> left_alone_;
    /// Until when these two hold.
    std::deque<std::pair<ledger::Clock::Steady, domain::OrganizationId>> expiries_;
    std::thread thread_;
};

}  // namespace consularia::projections
