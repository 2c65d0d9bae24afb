#pragma once
// A command that waits for its answer.

#include "ledger/commands/admission.hpp"
#include "ledger/commands/command.hpp"

#include <cstddef>
#include <utility>

namespace consularia::ledger {

struct Pending {
    Submission submission;
    ReplyHandler reply;
    Admission::Ticket ticket{};
    std::size_t cost = 0;  ///< What the queue has charged its organization for it.

    /// Answers it. What it holds, its room in the queue before all, is let go first: who hears the
    /// answer may come back at once.
    void answer(Reply answer) {
        const ReplyHandler handler = std::exchange(reply, nullptr);
        ticket = {};
        handler(std::move(answer));
    }
};

}  // namespace consularia::ledger
