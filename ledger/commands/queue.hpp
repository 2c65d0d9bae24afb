#pragma once
// The commands of a partition that wait to be decided. Their organizations are served in turn.

#include "ledger/commands/pending.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace consularia::ledger {

/// Deficit round robin: in its turn an organization is served until what its commands cost has used
/// up its credit, which every turn raises by the same amount. What a command costs is charged once
/// it is known, so the credit may become a debt, for which the organization sits out its next
/// turns: whoever makes us write much waits accordingly, and only behind itself. Commands of one
/// organization stay in the order in which they came. A debt is forgiven when nothing waits.
///
/// Nothing takes time in proportion to the organizations or the commands that wait: a turn that is
/// sat out was paid for by what made the debt. Not thread-safe.
class CommandQueue {
  public:
    /// What a turn is worth, in bytes that commands make us read and write.
    static constexpr std::int64_t kTurnBytes = 64 << 10;

    void push_back(std::vector<Pending> commands);
    /// Before all others of their organizations, in their order. What was charged for them is given
    /// back.
    void push_front(std::vector<Pending> commands);

    /// Begins a round, in which every organization has one turn, if only to sit it out; who waits
    /// alone has as many as it likes. Unless the queue is empty, the round has a command.
    void begin_round();
    /// The next command of the round; null when it is over.
    [[nodiscard]] const Pending* front();

    /// Takes front() and charges its organization for it. Precondition: there is one.
    [[nodiscard]] Pending pop_front(std::size_t cost);

    [[nodiscard]] bool empty() const { return deadlines_.empty(); }

    [[nodiscard]] std::size_t size() const { return deadlines_.size(); }

    /// Answers what is past its deadline; the order of the others stays.
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

    /// An organization with commands, or a debt, or whose turn it still is.
    struct Share {
        domain::OrganizationId organization;
        std::list<Waiting> commands;
        std::int64_t credit = kTurnBytes;
        std::uint64_t round = 0;  ///< In which it had its last turn.
    };

    struct Place {
        Share* share;
        std::list<Waiting>::iterator command;
    };

    enum class End { front, back };

    void push(Pending command, End end);
    Share* turn();
    Pending take(Deadlines::iterator deadline);
    void forgive();

    std::unordered_map<domain::OrganizationId, Share> shares_;
    std::deque<Share*> turns_;  ///< Every share, in the order of their turns.
    Deadlines deadlines_;       ///< Every command, so that none has to be searched for.
    std::size_t waiting_ = 0;   ///< Shares with commands.
    std::uint64_t round_ = 0;
    bool alone_ = false;  ///< One organization only waited when the round began.
};

}  // namespace consularia::ledger
