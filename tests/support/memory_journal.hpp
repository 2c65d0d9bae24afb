#pragma once
// A journal in memory, of a log named "log" whose facts it copies.

#include "journal/journal.hpp"
#include "journal/table.hpp"
#include "tests/support/memory_store.hpp"

namespace consularia::test {

struct MemoryJournal {
    explicit MemoryJournal(ledger::Partition partitions = 1) {
        journal.open({.identity = "log", .partitions = partitions});
    }

    MemoryStore store{count_of<journal::Table>()};
    journal::Journal journal{store};
};

}  // namespace consularia::test
