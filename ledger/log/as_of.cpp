#include "ledger/log/as_of.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace consularia::ledger {

namespace {

/// An organization while its facts are read.
struct Chain {
    Head head;
    bool ended = false;  ///< A fact came after the moment: so did all that follow it.
};

/// Empty for a fact whose time cannot be read: it counts as right after its predecessor.
std::optional<domain::Timestamp> time_in(std::string_view value) {
    const auto json = JsonText::parse(value);
    return json ? parse_moment(json->root().find_text("time")) : std::nullopt;
}

}  // namespace

ForEachRecord facts_until(ForEachRecord source, Partition partitions, domain::Timestamp moment) {
    return [source = std::move(source), partitions, moment](const auto& callback) {
        std::map<domain::OrganizationId, Chain> chains;
        source([&](Partition partition, const LogEntry& entry) {
            const auto link = read_chain_link(entry.value);
            if (!link) return;
            Chain& chain = chains[link->organization];
            if (chain.ended || !is_fact(*link, chain.head, partition, partitions)) return;
            const auto after_last =
                chain.head.sequence == 0
                    ? domain::kEarliest
                    : std::min(chain.head.time + std::chrono::microseconds(1), domain::kLatest);
            const auto time = std::max(time_in(entry.value).value_or(after_last), after_last);
            chain.ended = time > moment;
            if (chain.ended) return;
            chain.head = {link->sequence, sha256(entry.value), time};
            callback(partition, entry);
        });
    };
}

}  // namespace consularia::ledger
