#include "journal/tree_building.hpp"

#include "journal/contents.hpp"
#include "journal/tree_rows.hpp"
#include "ledger/log/storage_error.hpp"

#include <utility>
#include <vector>

namespace consularia::journal {
namespace {

/// Between two commits.
constexpr std::size_t kFactsAtOnce = 1024;

struct Behind {
    domain::OrganizationId organization;
    ledger::Frontier tree;
    ledger::Sequence head = 0;
};

/// A tree that cannot be of these facts is begun again.
ledger::Frontier usable_tree(
    const tables::Reader& reader, domain::OrganizationId organization, ledger::Sequence head
) {
    try {
        auto tree = find_tree(reader, organization);
        if (tree.size() <= head) return tree;
    } catch (const ledger::StorageError&) {
        // Its row is damaged; what it is made of may not be.
    }
    return {};
}

std::vector<Behind> find_behind(const tables::Reader& reader, TreeProgress& progress) {
    std::vector<Behind> all;
    for_each_head(reader, [&](domain::OrganizationId organization, const ledger::Head& head) {
        auto tree = usable_tree(reader, organization, head.sequence);
        if (tree.size() == head.sequence) return;
        progress.total += head.sequence - tree.size();
        all.push_back({organization, std::move(tree), head.sequence});
    });
    return all;
}

/// Empty if they cannot be read.
std::vector<Fact> next_facts(
    const Journal& journal, const Behind& one, const OnTreeFault& on_fault
) {
    try {
        return journal.facts(one.organization, one.tree.size() + 1, kFactsAtOnce);
    } catch (const ledger::StorageError& error) {
        on_fault(
            "the tree of organization " + one.organization.to_string() + " ends at " +
            std::to_string(one.tree.size()) + ": " + error.what()
        );
        return {};
    }
}

}  // namespace

bool build_trees(
    tables::Store& store,
    const Journal& journal,
    TreeProgress& progress,
    const std::function<bool()>& stopping,
    const OnTreeFault& on_fault
) {
    for (auto& one : find_behind(*store.snapshot(), progress)) {
        while (one.tree.size() < one.head) {
            if (stopping()) return false;
            const auto facts = next_facts(journal, one, on_fault);
            if (facts.empty()) break;
            auto writes = store.write_set();
            for (const auto& fact : facts) {
                append_leaf(*writes, one.organization, one.tree, fact.value);
            }
            put_tree(*writes, one.organization, one.tree);
            store.commit(std::move(writes));
            progress.done += facts.size();
        }
    }
    return true;
}

}  // namespace consularia::journal
