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
    std::size_t cost = 0;  ///< What the queue has charged its organization.

    /// Answers the command. Its resources, above all its room in the queue, are released first: the
    /// client may send the next command at once.
    void answer(Reply answer) {
        const ReplyHandler handler = std::exchange(reply, nullptr);
        ticket = {};
        handler(std::move(answer));
    }
};

}  // namespace consularia::ledger
