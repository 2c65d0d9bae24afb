#include "journal/contents.hpp"

#include "journal/judging.hpp"
#include "journal/table.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/record_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace consularia::journal {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::string> copies_in(const tables::Reader& reader) {
    std::vector<std::string> copies;
    for_each_copy(reader, [&](std::string value) { copies.push_back(std::move(value)); });
    return copies;
}

std::map<domain::OrganizationId, ledger::Sequence> sequences_in(const tables::Reader& reader) {
    std::map<domain::OrganizationId, ledger::Sequence> sequences;
    for_each_head(reader, [&](domain::OrganizationId organization, const ledger::Head& head) {
        sequences[organization] = head.sequence;
    });
    return sequences;
}

TEST(JournalContents, AreTheFactsInLogOrderAndTheHeads) {
    test::MemoryJournal memory;
    History one(1);
    History other(2);
    const std::vector values{one.create(), other.create(), one.schedule()};
    judge_all(memory.journal, 0, entries({values[0], "void", values[1], values[2]}));
    const auto reader = memory.store.snapshot();
    EXPECT_THAT(copies_in(*reader), ElementsAre(values[0], values[1], values[2]));
    EXPECT_THAT(
        sequences_in(*reader),
        ElementsAre(Pair(one.organization(), 2U), Pair(other.organization(), 1U))
    );
    EXPECT_EQ(find_checkpoint(*reader)->next, 4U);
    EXPECT_TRUE(has_copies(*reader));
}

TEST(JournalContents, OfAJournalThatPointsIntoItsLogAreNoCopies) {
    test::MemoryJournal memory;
    History history;
    judge_all(memory.journal, 0, entries({history.create()}));
    const auto place = memory.store.rows(Table::records).begin()->first;
    auto writes = memory.store.write_set();
    writes->erase(Table::records, place);
    memory.store.commit(std::move(writes));
    EXPECT_FALSE(has_copies(*memory.store.snapshot()));
}

TEST(JournalContents, OfAnEmptyJournalAreNothing) {
    test::MemoryJournal memory;
    const auto reader = memory.store.snapshot();
    EXPECT_THAT(copies_in(*reader), IsEmpty());
    EXPECT_THAT(sequences_in(*reader), IsEmpty());
    EXPECT_EQ(find_checkpoint(*reader), std::nullopt);
    EXPECT_TRUE(has_copies(*reader));
}

}  // namespace
}  // namespace consularia::journal
