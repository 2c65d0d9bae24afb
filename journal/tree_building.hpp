#pragma once
// Brings the Merkle trees of a journal up to its heads, from its own records: those of a journal
// that a version without trees has made or continued.

#include "journal/journal.hpp"
#include "tables/store.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace consularia::journal {

/// How many facts are still to be added, and were. Thread-safe.
struct TreeProgress {
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> total = 0;
};

/// What goes wrong with one organization, as a sentence; the others go on.
using OnTreeFault = std::function<void(const std::string& sentence)>;

/// What is done is kept from time to time, so this can be stopped and goes on where it was. An
/// organization whose facts cannot all be read keeps the tree of those before. The store is the
/// journal's, and nothing is judged until this ends. Returns false if it was stopped. Throws
/// StorageError if nothing can be written.
[[nodiscard]] bool build_trees(
    tables::Store& store,
    const Journal& journal,
    TreeProgress& progress,
    const std::function<bool()>& stopping,
    const OnTreeFault& on_fault
);

}  // namespace consularia::journal
