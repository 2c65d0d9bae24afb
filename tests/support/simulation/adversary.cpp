#include "tests/support/simulation/adversary.hpp"

#include "ledger/commands/decision.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/support/test_node.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

namespace consularia::test {

using ledger::Partition;
using Report = AppendPlan::Report;

namespace {

int probability(Chance& chance, int few, int many) {
    switch (chance.pick(3)) {
        case 0:
            return 0;
        case 1:
            return few;
        default:
            return many;
    }
}

}  // namespace

Misfortune::Misfortune(Chance& chance)
    : races(probability(chance, 10, 60)),
      unknown_fates(probability(chance, 5, 30)),
      duplicates(probability(chance, 5, 20)),
      refused_appends(probability(chance, 2, 10)),
      storage_errors(probability(chance, 1, 5)),
      late_tails(probability(chance, 10, 50)),
      foreign_records(probability(chance, 2, 8)),
      freezes(chance.percent(10) ? 10 : 0),
      restarts(probability(chance, 1, 2)),
      clock_jumps(probability(chance, 1, 3)),
      long_waits(probability(chance, 1, 3)) {}

Adversary::Adversary(
    MemoryLedger& ledger,
    Chance& chance,
    std::vector<domain::OrganizationId> organizations,
    std::function<void()> interleave
)
    : misfortune(chance),
      ledger_(ledger),
      chance_(chance),
      organizations_(std::move(organizations)),
      interleave_(std::move(interleave)),
      watcher_({ledger.partitions()}) {
    ledger_.plan_appends([this](Partition, auto values) { return plan(values.size()); });
    ledger_.after_append([this] {
        if (!retired_ && chance_.percent(misfortune.races / 4)) interleave_();
    });
    ledger_.before_ends([this](auto) {
        maybe_fail();
        if (!retired_ && chance_.percent(misfortune.races)) interleave_();
    });
    ledger_.gate_tails([this](Partition, std::size_t available) {
        maybe_fail();
        if (retired_ || !chance_.percent(misfortune.late_tails)) return available;
        return chance_.pick(available + 1);
    });
}

void Adversary::retire() {
    retired_ = true;
    while (ledger_.delayed() > 0) release_or_drop();
}

void Adversary::release_or_drop() {
    if (ledger_.delayed() == 0) return;
    const std::size_t which = chance_.pick(ledger_.delayed());
    if (chance_.percent(80)) {
        ledger_.release_delayed(which);
    } else {
        ledger_.drop_delayed(which);
    }
}

void Adversary::haunt(MemoryStateStore& store) {
    store.before_apply([this] { maybe_fail(); });
    store.before_read([this] { maybe_fail(); });
    store.fail_lookups([this] {
        return !retired_ && chance_.percent(misfortune.storage_errors) && chance_.percent(5);
    });
    store.after_apply([this] {
        if (chance_.percent(10)) maybe_fail();
    });
}

void Adversary::maybe_fail() {
    if (!retired_ && chance_.percent(misfortune.storage_errors)) {
        throw ledger::StorageError("The adversary.");
    }
}

AppendPlan Adversary::plan(std::size_t records) {
    if (retired_) return AppendPlan::land(records);
    if (chance_.percent(misfortune.races)) interleave_();
    if (chance_.percent(misfortune.refused_appends)) {
        return AppendPlan::lose(chance_.percent(50) ? Report::failed : Report::out_of_storage);
    }
    if (chance_.percent(misfortune.unknown_fates)) return unknown_fate(records);
    AppendPlan plan = AppendPlan::land(records);
    if (chance_.percent(misfortune.duplicates)) {
        const std::size_t again = chance_.pick(records) + 1;
        for (std::size_t i = 0; i < again; ++i) plan.lands.push_back(i);
        if (chance_.percent(50)) plan.delayed.push_back(chance_.pick(records));
    }
    return plan;
}

AppendPlan Adversary::unknown_fate(std::size_t records) {
    AppendPlan plan = AppendPlan::land(records, Report::fate_unknown);
    if (chance_.percent(misfortune.storage_errors)) plan.report = Report::storage_error;
    const std::size_t kept = chance_.pick(records + 1);
    const auto cut = plan.lands.begin() + static_cast<std::ptrdiff_t>(kept);
    switch (chance_.pick(6)) {
        case 0:
            break;
        case 1:
            plan.lands.clear();
            break;
        case 2:
            plan.delayed.swap(plan.lands);
            break;
        case 3:
            plan.delayed.assign(cut, plan.lands.end());
            plan.lands.erase(cut, plan.lands.end());
            break;
        case 4:
            plan.lands.erase(cut, plan.lands.end());
            break;
        default:
            for (std::size_t i = records; i > 1; --i) {
                std::swap(plan.lands[i - 1], plan.lands[chance_.pick(i)]);
            }
            plan.lands.resize(kept);
    }
    return plan;
}

void Adversary::watch() {
    for (Partition partition = 0; partition < ledger_.partitions(); ++partition) {
        const auto values = ledger_.values(partition);
        std::vector<ledger::LogEntry> entries;
        for (auto i = watcher_.next_position(partition); i < values.size(); ++i) {
            entries.push_back({i, values[i]});
        }
        ledger::apply_all(watcher_, partition, entries);
    }
}

void Adversary::append_foreign() {
    auto partition = chance_.pick(ledger_.partitions());
    std::string value = foreign_value(partition);
    // The writer that a record names cannot be trusted.
    const ledger::Writer pretended = chance_.percent(50) ? ledger::kNoWriter : chance_.pick(6U);
    ledger_.inject(partition, std::move(value), pretended);
}

std::string Adversary::foreign_value(Partition& partition) {
    watch();
    const domain::OrganizationId organization = chance_.one_of(organizations_);
    const Partition home = ledger::partition_of(organization, ledger_.partitions());
    if (chance_.percent(misfortune.freezes)) {
        partition = home;
        return unknown_record(watcher_, organization);
    }
    const ledger::Head head = watcher_.read()->head(organization);
    switch (chance_.pick(4)) {
        case 0:
            return chance_.percent(50) ? "" : R"({"sequence":"1","sequence":"2"})";
        case 1: {  // A record that is there already, perhaps in another partition.
            const auto values = ledger_.values(chance_.pick(ledger_.partitions()));
            return values.empty() ? "{}" : chance_.one_of(values);
        }
        case 2: {  // Next in sequence, but after another fact.
            partition = home;
            return R"({"source":"/organizations/)" + organization.to_string() +
                   R"(","sequence":")" + std::to_string(head.sequence + 1) + R"(","prevhash":")" +
                   std::string(64, 'e') + R"("})";
        }
        default:
            if (chance_.percent(80)) partition = home;
            return foreign_fact(organization);
    }
}

/// A sound record by a writer that the simulation does not know, perhaps with an event that only
/// newer nodes know and that others skip.
std::string Adversary::foreign_fact(domain::OrganizationId organization) {
    ledger::Submission submission = chance_.percent(50) ? schedule(1, 1 + chance_.pick(3U))
                                                        : rename(1, 1 + chance_.pick(3U), "X");
    submission.organization = organization;
    submission.event_id = samples::make_id<domain::EventId>(0xF0000000U + ++foreign_events_);
    const auto state = watcher_.read();
    const auto decision = ledger::decide(
        samples::codec(),
        submission,
        ledger::Overlay(*state),
        ManualClock().now(),
        std::chrono::microseconds(1)
    );
    const auto* sealed = std::get_if<ledger::Sealed>(&decision);
    if (sealed == nullptr) return "null";
    return chance_.percent(30) ? samples::as_skippable(sealed->value) : sealed->value;
}

}  // namespace consularia::test
