#pragma once
// Whether a topic is the log that a read store was built from.

#include "infra/kafka/client.hpp"
#include "infra/kafka/tail.hpp"
#include "ledger/log/checkpoint.hpp"

#include <functional>
#include <map>
#include <string>

namespace consularia::infra::kafka {

using Witnesses = std::map<ledger::Partition, ledger::Checkpoint>;

/// The end of a sentence about a topic that has changed.
inline constexpr const char kPerhapsRecreated[] =
    "was it recreated, or was an unclean leader elected?";

[[nodiscard]] std::string place_of(const std::string& topic, ledger::Partition partition);

/// See Ledger::check_witnesses; the witnesses belong to the topic. They are passed to the tails;
/// `on_doubt` is called when a contradiction is new.
void check_witnesses(
    const Client& client,
    Tails& tails,
    const Witnesses& witnesses,
    std::chrono::milliseconds doubt_timeout,
    const std::function<void(const std::string&)>& on_doubt,
    const std::function<bool()>& stopping
);

}  // namespace consularia::infra::kafka
