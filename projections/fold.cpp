#include "projections/fold.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/history.hpp"

#include <mutex>
#include <utility>

namespace consularia::projections {
namespace {

constexpr std::size_t kStepBytes = std::size_t{4} << 20;
constexpr std::size_t kRecentBytes = std::size_t{8} << 20;
constexpr std::size_t kKnownRanksBytes = std::size_t{4} << 20;

}  // namespace

Folded fold_organization(
    ReadStore& store,
    const Past& past,
    const RowInputs& inputs,
    domain::OrganizationId organization,
    ledger::Sequence through,
    std::size_t max_bytes,
    const std::function<bool()>& stopping
) {
    RecentAppointments recent(kRecentBytes);
    KnownRanks known(kKnownRanksBytes);
    std::mutex creating;
    std::size_t bytes = 0;
    for (ledger::Sequence sequence = 1; sequence <= through;) {
        auto writes = store.write_set();
        AggregateRows rows(
            {.writes = *writes,
             .partition = 0,
             .links = inputs.links,
             .recent = recent,
             .known = known},
            creating
        );
        for (; sequence <= through && writes->bytes() + rows.bytes() < kStepBytes; ++sequence) {
            if (stopping()) return Folded::stopped;
            auto fact = read_fact(past, organization, sequence);
            bytes += fact.bytes;
            if (bytes > max_bytes) return Folded::too_large;
            if (!fact.event) continue;
            const ledger::Record record{std::move(fact.envelope), *std::move(fact.event)};
            if (rows.apply(record, fact.bytes, ledger::Wanted::verdict)) continue;
            throw ledger::StorageError("A past fact cannot have happened: the journal is damaged.");
        }
        rows.write();
        store.commit(std::move(writes));
        rows.keep_recent();
    }
    return Folded::done;
}

}  // namespace consularia::projections
