#include "api/feed.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

/// How many facts are read from the journal at once.
constexpr std::size_t kFactsAtOnce = 256;

}  // namespace

FeedPart read_feed(
    const journal::Journal& journal,
    domain::OrganizationId organization,
    const FeedQuery& query,
    ledger::Sequence through,
    const FeedBudget& budget
) {
    FeedPart part;
    part.position = query.after;
    std::size_t bytes = 0;
    std::size_t read_facts = 0;
    std::size_t read_bytes = 0;
    const auto full = [&] {
        return part.events.size() >= query.limit || bytes >= budget.bytes ||
               read_facts >= budget.read_facts || read_bytes >= budget.read_bytes;
    };
    while (part.position < through && !full()) {
        // Without a filter each fact is an event.
        const auto wanted = query.selects_all() ? query.limit - part.events.size() : kFactsAtOnce;
        const std::size_t allowed = std::min(kFactsAtOnce, budget.read_facts - read_facts);
        const auto facts = journal.facts(
            organization,
            part.position + 1,
            std::min<std::uint64_t>({through - part.position, wanted, allowed}),
            std::min(budget.bytes - bytes, budget.read_bytes - read_bytes)
        );
        // The read store may be ahead of the journal, after a crash or a loss of the latter.
        if (facts.empty()) break;
        for (const auto& fact : facts) {
            if (full()) break;
            ++read_facts;
            read_bytes += fact.value.size();
            part.position = fact.sequence;
            auto event = ledger::readable_event(fact.value);
            if (!query.selects(event)) continue;
            bytes += event.json.size();
            part.events.push_back({fact.sequence, std::move(event)});
        }
    }
    return part;
}

}  // namespace consularia::api
