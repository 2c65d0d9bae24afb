#pragma once
// `consularia events …`: the events of organizations as they stand in the log, even beside a
// running server.

#include "ledger/record/record.hpp"
#include "node/options.hpp"

#include <string>

namespace consularia::cli {

struct TailOptions {
    std::string organization;  ///< Empty: all.
    ledger::Sequence after = 0;
    bool follow = false;  ///< Goes on with what is added, until the process is ended.
    bool json = false;
};

/// Prints the event_line() or the readable event of each fact, in log order, beginning after a
/// sequence. Throws std::runtime_error if what was read is not in the log any more.
void tail_events(const node::StoreOptions& options, const TailOptions& what);

}  // namespace consularia::cli
