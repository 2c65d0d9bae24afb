#pragma once
// The commands of a partition that wait to be decided. Organizations are served in turn.

#include "ledger/commands/pending.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace consularia::ledger {

/// Deficit round robin: in its turn an organization is served until the cost of its commands has
/// used up its credit, which every turn raises by the same amount. A command's cost is charged once
/// it is known, so the credit may become a debt, for which the organization sits out its next
/// turns: an organization that makes us write much waits accordingly, and only behind itself.
/// Commands of one organization stay in order of arrival. A debt is forgiven when nothing waits.
///
/// No operation takes time proportional to the number of waiting organizations or commands: a
/// skipped turn was paid for by the commands that made the debt. Not thread-safe.
class CommandQueue {
  public:
    /// The credit of a turn, in bytes that commands make us read and write: two or three small ones
    /// at least, and at first.
    static constexpr std::int64_t kTurnBytes = 8 << 10;
    static constexpr std::int64_t kLongestTurnBytes = 256 << 10;
    /// An organization beside which no other has waited for this long is alone. Until then it has
    /// one turn in a round, so that another's next command finds a short batch ahead of it.
    static constexpr std::chrono::milliseconds kAloneAfter{1000};

    void push_back(std::vector<Pending> commands);
    /// Puts the commands before all others of their organizations, in order. Their charges are
    /// refunded.
    void push_front(std::vector<Pending> commands);

    /// Adapts the turns to a batch that cost so many bytes, one append, and so much other work: the
    /// work of a turn should take about as long as an append, which a batch waits for in any case.
    void adapt(std::size_t cost, Clock::Steady::duration append, Clock::Steady::duration work);

    /// Begins a round, in which every organization has one turn, if only to sit it out; an
    /// organization that is alone has any number of turns. Unless the queue is empty, the round has
    /// a command.
    void begin_round(Clock::Steady now);
    /// The next command of the round; null when it is over.
    [[nodiscard]] const Pending* front();

    /// Takes front() and charges its organization. Precondition: front() is not null.
    [[nodiscard]] Pending pop_front(std::size_t cost);

    [[nodiscard]] bool empty() const { return deadlines_.empty(); }

    [[nodiscard]] std::size_t size() const { return deadlines_.size(); }

    /// Answers commands past their deadline; the order of the others stays the same.
    void answer_overdue(Clock::Steady now);
    /// Answers everything with Unavailable.
    void abandon(const std::string& why);

  private:
    struct Place;
    using Deadlines = std::multimap<Clock::Steady, Place>;

    struct Waiting {
        Pending command;
        Deadlines::iterator deadline;
    };

    /// An organization that has commands or a debt, or whose turn has not ended.
    struct Share {
        domain::OrganizationId organization;
        std::list<Waiting> commands;
        std::int64_t credit = 0;
        std::uint64_t round = 0;  ///< The round of its last turn.
    };

    struct Place {
        Share* share;
        std::list<Waiting>::iterator command;
    };

    enum class Side { front, back };

    void push(Pending command, Side side);
    [[nodiscard]] bool is_alone(Clock::Steady now);
    Share* turn();
    Pending take(Deadlines::iterator deadline);
    void forgive();

    std::unordered_map<domain::OrganizationId, Share> shares_;
    std::deque<Share*> turns_;  ///< All shares, in the order of their turns.
    Deadlines deadlines_;       ///< All commands by deadline, so that no search is needed.
    std::size_t waiting_ = 0;   ///< Shares with commands.
    std::int64_t turn_bytes_ = kTurnBytes;
    std::uint64_t round_ = 0;
    bool alone_ = false;                          ///< In this round.
    std::optional<domain::OrganizationId> lone_;  ///< The only organization that has waited
    Clock::Steady lone_since_{};                  ///< since then.
};

}  // namespace consularia::ledger
