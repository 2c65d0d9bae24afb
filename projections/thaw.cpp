#include "projections/thaw.hpp"

#include "base/check.hpp"
#include "ledger/record/vocabulary.hpp"
#include "projections/apply_step.hpp"
#include "projections/keys.hpp"
#include "projections/known_ranks.hpp"
#include "projections/projector.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <utility>

namespace consularia::projections {
namespace {

/// How many facts a step reads.
constexpr ledger::Sequence kAtOnce = 1024;

/// The facts that are not applied.
ledger::Sequence left(const HeadRow& head) {
    return head.head.sequence + 1 - head.frozen->sequence;
}

}  // namespace

Thaw::Thaw(
    ReadStore& store,
    const journal::Journal& journal,
    const RowInputs& inputs,
    ProjectorOptions options
)
    : store_(store),
      journal_(journal),
      inputs_(inputs),
      options_(std::move(options)),
      vocabulary_(ledger::fingerprint_of(ledger::vocabulary_of(inputs.codec))),
      recent_(options_.recent_bytes) {}

std::vector<Thawable> Thaw::find() const {
    std::vector<Thawable> found;
    for (const auto& [organization, head] : frozen_head_rows(*store_.snapshot())) {
        if (head.frozen->vocabulary == vocabulary_) continue;
        found.push_back({organization, left(head)});
    }
    return found;
}

ThawStep Thaw::step(domain::OrganizationId organization) {
    using End = ThawStep::End;
    auto writes = store_.write_set();
    const auto head = find_head_row(*writes, organization);
    CHECK(head.frozen);
    const auto facts =
        journal_.facts(organization, head.frozen->sequence, std::min(left(head), kAtOnce));
    ThawStep step;
    if (facts.empty()) {
        step.end = End::facts_missing;
        return step;
    }
    const auto partitions = journal_.log().partitions;
    const auto partition = ledger::partition_of(organization, partitions);
    KnownRanks known(options_.known_ranks_bytes);
    ApplyStep applying(
        {.rows =
             {.writes = *writes,
              .partition = partition,
              .links = inputs_.links,
              .recent = recent_,
              .known = known},
         .partitions = partitions,
         .codec = inputs_.codec,
         .options = options_,
         .creating = creating_}
    );
    for (const auto& fact : facts) {
        if (!applying.thaw(organization, fact)) {
            step.end = End::still_frozen;
            break;
        }
        ++step.applied;
        if (applying.full()) break;
    }
    if (step.applied == left(head)) step.end = End::thawed;
    applying.write();
    describe(*writes, inputs_, options_.idempotency_ttl);
    raise_newest(*writes, partition, applying.newest());
    store_.commit(std::move(writes));
    applying.keep_recent();
    for (const auto& report : applying.take_reports()) report();
    return step;
}

}  // namespace consularia::projections
