// Moving facts between ledgers of other partition counts, interrupted and repeated.
#include "base/check.hpp"
#include "ledger/log/copier.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace samples;
using test::AppendPlan;
using test::MemoryLedger;

ForEachRecord records_of(MemoryLedger& ledger) {
    return [&ledger](const std::function<void(Partition, const LogEntry&)>& callback) {
        const auto ends = ledger.ends();
        for (Partition partition = 0; partition < ends.size(); ++partition) {
            const auto tail = ledger.tail(partition, 0, [] {});
            for (auto entries = tail->next(100); !entries.empty(); entries = tail->next(100)) {
                for (const auto& entry : entries) callback(partition, entry);
            }
        }
    };
}

class LedgerCopier : public testing::Test {
  protected:
    LedgerCopier() {
        for (std::uint32_t number = 1; number <= kOrganizations; ++number) {
            History history(number);
            put(history.create());
            for (std::uint32_t n = 1; n <= number; ++n) put(history.schedule(n));
        }
    }

    void put(const std::string& value) {
        CHECK(std::holds_alternative<Appended>(source_.append(0, std::vector{value})));
        facts_.push_back(value);
    }

    static CopyResult copy(MemoryLedger& from, MemoryLedger& to, const CopyLimits& limits = {}) {
        return copy_facts(records_of(from), from.partitions(), to, records_of(to), limits);
    }

    /// All values of the ledger, sorted: organizations lie in other partitions after a copy.
    static std::multiset<std::string> values_of(MemoryLedger& ledger) {
        std::multiset<std::string> values;
        records_of(ledger)([&](Partition, const LogEntry& entry) { values.insert(entry.value); });
        return values;
    }

    static constexpr std::uint32_t kOrganizations = 9;
    static constexpr std::uint64_t kFacts = kOrganizations + 45;

    MemoryLedger source_{{"source", 1, false}};
    MemoryLedger target_{{"target", 4, true}};
    std::vector<std::string> facts_;
};

TEST_F(LedgerCopier, MovesEveryFactByteForByteAndBack) {
    const auto there = copy(source_, target_);
    EXPECT_EQ(there.copied, kFacts);
    EXPECT_EQ(there.present, 0U);
    EXPECT_EQ(there.organizations, kOrganizations);
    EXPECT_EQ(values_of(target_), std::multiset<std::string>(facts_.begin(), facts_.end()));
    MemoryLedger back({"back", 1, false});
    EXPECT_EQ(copy(target_, back).copied, kFacts);
    EXPECT_EQ(values_of(back), values_of(source_));
}

TEST_F(LedgerCopier, MayBeRunTwiceAndCarriesOnWithWhatIsNew) {
    (void)copy(source_, target_);
    const auto again = copy(source_, target_);
    EXPECT_EQ(again.copied, 0U);
    EXPECT_EQ(again.present, kFacts);
    History late(77);
    put(late.create());
    EXPECT_EQ(copy(source_, target_).copied, 1U);
    EXPECT_EQ(values_of(target_), values_of(source_));
}

TEST_F(LedgerCopier, GoesOnWhereItWasInterrupted) {
    int appends = 0;
    target_.plan_appends([&](Partition, auto values) {
        const bool full = ++appends > 3;
        return full ? AppendPlan::lose(AppendPlan::Report::failed)
                    : AppendPlan::land(values.size());
    });
    const CopyLimits small{.batch_records = 5, .batch_bytes = 1 << 20, .attempts = 2};
    EXPECT_THROW((void)copy(source_, target_, small), StorageError);
    const auto landed = values_of(target_).size();
    EXPECT_GT(landed, 0U);
    EXPECT_LT(landed, kFacts);
    target_.plan_appends({});
    const auto rest = copy(source_, target_, small);
    EXPECT_EQ(rest.present, landed);
    EXPECT_EQ(rest.copied, kFacts - landed);
    EXPECT_EQ(values_of(target_), values_of(source_));
}

TEST_F(LedgerCopier, LeavesVoidRecordsBehind) {
    CHECK(std::holds_alternative<Appended>(
        source_.append(0, std::vector<std::string>{"garbage", facts_[2]})
    ));
    EXPECT_EQ(copy(source_, target_).copied, kFacts);
    EXPECT_EQ(values_of(target_), std::multiset<std::string>(facts_.begin(), facts_.end()));
}

TEST_F(LedgerCopier, RefusesATargetWithAnotherHistoryAndWritesNothing) {
    History other(3);
    std::vector<std::string> rival{other.create(), other.schedule(1), other.schedule(99)};
    const auto home = partition_of(organization_id(3), target_.partitions());
    CHECK(std::holds_alternative<Appended>(target_.append(home, rival)));
    EXPECT_THROW((void)copy(source_, target_), HistoriesDiffer);
    EXPECT_EQ(values_of(target_).size(), rival.size());
}

TEST_F(LedgerCopier, RefusesATargetThatWentOn) {
    (void)copy(source_, target_);
    History longer(1);
    (void)longer.create();
    (void)longer.schedule(1);
    const auto home = partition_of(organization_id(1), target_.partitions());
    CHECK(std::holds_alternative<Appended>(target_.append(home, std::vector{longer.schedule(2)})));
    EXPECT_THROW((void)copy(source_, target_), HistoriesDiffer);
}

TEST_F(LedgerCopier, SaysSoWhenTheTargetLosesWhatItAcknowledged) {
    target_.plan_appends([](Partition, auto) {
        return AppendPlan::lose(AppendPlan::Report::appended);
    });
    EXPECT_THROW((void)copy(source_, target_), StorageError);
}

}  // namespace
}  // namespace consularia::ledger
