#pragma once
// What the HTTP server needs of the node behind it.

#include "ledger/commands/command.hpp"

#include <cstddef>
#include <functional>
#include <optional>

namespace consularia::api::http {

/// How the server carries out the steps that handlers return. Thread-safe.
struct Backend {
    /// Calls back exactly once, from any thread.
    std::function<void(ledger::Submission, ledger::ReplyHandler)> submit;
    /// Calls back, from any thread, with whether the organization's partition (without an
    /// organization: every partition) is caught up.
    std::function<void(std::optional<domain::OrganizationId>, std::function<void(bool)>)> sync;
    /// Whether sync would call back at once, with true.
    bool sync_is_free = false;
    /// Called from one thread when the number of hanging reads has changed. May be empty.
    std::function<void(std::size_t)> on_hanging_reads;
};

}  // namespace consularia::api::http
