#pragma once
// A command that waits for its answer.

#include "ledger/command.hpp"

namespace consularia::ledger {

struct Pending {
    Submission submission;
    ReplyHandler reply;
};

}  // namespace consularia::ledger
