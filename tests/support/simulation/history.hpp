#pragma once
// The history of a simulation, as its clients saw it. Moments count invocations and responses.

#include "ledger/commands/command.hpp"
#include "ledger/log/ledger.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace consularia::test {

using Moment = std::size_t;
inline constexpr Moment kNever = std::numeric_limits<Moment>::max();

/// One attempt to have a command carried out.
struct Operation {
    ledger::Submission submission;
    Moment invoked = 0;
    Moment responded = kNever;
    std::optional<ledger::Reply> reply{};
    ledger::Position log_end = 0;  ///< Its partition's, when it was answered.
    domain::Timestamp clock{};     ///< Its node's, when it was answered.
    bool node_died = false;        ///< There will be no answer.
    bool asked_in_peace = false;   ///< No fault prevented an answer.
    bool without_state = false;    ///< A planted fault answered, and does not know the state.
};

/// A read that waited for a sync.
struct Read {
    domain::OrganizationId organization;
    Moment invoked = 0;
    Moment responded = kNever;
    ledger::Head head;
    ledger::Position log_end = 0;
};

struct History {
    std::vector<Operation> operations;
    std::vector<Read> reads;
    Moment now = 0;
};

}  // namespace consularia::test
