#include "journal/tree.hpp"

#include "base/check.hpp"
#include "journal/table.hpp"
#include "journal/tree_rows.hpp"
#include "ledger/log/storage_error.hpp"

namespace consularia::journal {
namespace {

/// The records that are read at once have about so many.
constexpr std::size_t kReadBytes = std::size_t{1} << 20;

[[noreturn]] void damaged(domain::OrganizationId organization) {
    throw ledger::StorageError(
        "the journal is damaged: a part of the tree of organization " + organization.to_string() +
        " is missing"
    );
}

}  // namespace

Tree::Tree(const Journal& journal, domain::OrganizationId organization)
    : journal_(journal),
      organization_(organization),
      reader_(journal.snapshot()),
      frontier_(find_tree(*reader_, organization)) {}

ledger::Hash Tree::root(ledger::Sequence size) const {
    CHECK(size <= this->size());
    if (size == this->size()) return frontier_.root();
    return ledger::root_of(size, [this](auto level, auto index) { return subtree(level, index); });
}

std::vector<ledger::Hash> Tree::inclusion(ledger::Sequence sequence, ledger::Sequence size) const {
    CHECK(1 <= sequence && sequence <= size && size <= this->size());
    return ledger::inclusion_path(sequence - 1, size, [this](auto level, auto index) {
        return subtree(level, index);
    });
}

std::vector<ledger::Hash> Tree::consistency(ledger::Sequence from, ledger::Sequence to) const {
    CHECK(1 <= from && from <= to && to <= size());
    return ledger::consistency_path(from, to, [this](auto level, auto index) {
        return subtree(level, index);
    });
}

/// Made of the level below that has rows, or of the leaves.
ledger::Hash Tree::subtree(unsigned level, std::uint64_t index) const {
    const auto below = level / kStoredLevels * kStoredLevels;
    const auto shift = level - below;
    ledger::Frontier part;
    const auto count = std::uint64_t{1} << shift;
    if (below == 0) {
        append_leaves(part, index << shift, count);
    } else {
        append_rows(part, below, index << shift, count);
    }
    return part.root();
}

void Tree::append_leaves(ledger::Frontier& part, std::uint64_t from, std::uint64_t count) const {
    while (part.size() < count) {
        const auto facts =
            journal_.facts(organization_, from + part.size() + 1, count - part.size(), kReadBytes);
        if (facts.empty()) damaged(organization_);
        for (const auto& fact : facts) part.append(ledger::leaf_hash(fact.value));
    }
}

void Tree::append_rows(
    ledger::Frontier& part, unsigned level, std::uint64_t from, std::uint64_t count
) const {
    const auto rows = reader_->scan(
        Table::meta,
        subtree_key(organization_, level, from),
        subtree_key(organization_, level, from + count)
    );
    for (; rows->valid(); rows->next()) {
        if (rows->key() != subtree_key(organization_, level, from + part.size())) break;
        part.append(decode_hash(rows->value()));
    }
    if (part.size() != count) damaged(organization_);
}

}  // namespace consularia::journal
