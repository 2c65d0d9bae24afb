#include "journal/judging.hpp"

#include "journal/rows.hpp"
#include "journal/table.hpp"
#include "journal/tree_rows.hpp"
#include "ledger/record/hash.hpp"

#include <utility>
#include <vector>

namespace consularia::journal {

Judging::Judging(Journal& journal, ledger::Partition partition)
    : journal_(journal),
      log_(journal.log()),
      partition_(partition),
      writes_(journal.store_.write_set()),
      known_(journal.next_position(partition)) {}

Verdict Judging::judge(const ledger::LogEntry& entry, const ledger::AwaitedOf& awaited) {
    const auto hash = ledger::sha256(entry.value);
    const auto [wanted, sealed] = awaited(hash);
    Verdict verdict{
        .position = entry.position,
        .hash = hash,
        .value = sealed != nullptr ? ledger::value_of(*sealed) : ledger::parse_value(entry.value),
        .wanted = wanted};
    const bool is_new = entry.position >= known_;
    if (const auto& link = verdict.value.link) {
        verdict.fact = is_new ? is_new_fact(*link) : was_fact(*link, entry.position);
    }
    if (!is_new) return verdict;
    if (verdict.fact) keep(verdict, entry);
    checkpoint_ = {log_.identity, entry.position + 1, verdict.hash};
    return verdict;
}

bool Judging::was_fact(const ledger::ChainLink& link, ledger::Position position) const {
    if (ledger::partition_of(link.organization, log_.partitions) != partition_) return false;
    const auto place = writes_->get(Table::places, fact_key(link.organization, link.sequence));
    return place == encode_place(partition_, position);
}

bool Judging::is_new_fact(const ledger::ChainLink& link) {
    const auto& head = head_of(link.organization).head;
    return ledger::is_fact(link, head, partition_, log_.partitions);
}

void Judging::keep(const Verdict& verdict, const ledger::LogEntry& entry) {
    const auto& link = *verdict.value.link;
    auto& head = head_of(link.organization);
    grow_tree(head, link.organization, entry.value);
    head.head = {link.sequence, verdict.hash, {}};
    head.moved = true;
    const auto place = encode_place(partition_, entry.position);
    writes_->put(Table::places, fact_key(link.organization, link.sequence), place);
    if (log_.records == nullptr) writes_->put(Table::records, place, entry.value);
}

/// A tree that is behind stays as it is: build_trees() brings it up.
void Judging::grow_tree(
    HeadNow& head, domain::OrganizationId organization, std::string_view record
) {
    if (!head.moved) {
        auto tree = find_tree(*writes_, organization);
        if (tree.size() == head.head.sequence) head.tree = std::move(tree);
    }
    if (head.tree) append_leaf(*writes_, organization, *head.tree, record);
}

Judging::HeadNow& Judging::head_of(domain::OrganizationId organization) {
    const auto [found, is_new] = heads_.try_emplace(organization);
    if (is_new) found->second.head = find_head(*writes_, organization);
    return found->second;
}

Judging::~Judging() {
    journal_.watches_.notify(moved_);
}

void Judging::commit() {
    if (!checkpoint_) return;
    if (known_ == 0) writes_->put(Table::meta, kFormatKey, kFormat);
    for (const auto& [organization, head] : heads_) {
        if (!head.moved) continue;
        writes_->put(Table::heads, organization_key(organization), encode_head(head.head));
        if (head.tree) put_tree(*writes_, organization, *head.tree);
        moved_.push_back(organization);
    }
    writes_->put(Table::meta, checkpoint_key(partition_), ledger::encode_checkpoint(*checkpoint_));
    journal_.store_.commit(std::move(writes_));
}

void judge_all(
    Journal& journal, ledger::Partition partition, std::span<const ledger::LogEntry> entries
) {
    Judging judging(journal, partition);
    for (const auto& entry : entries) (void)judging.judge(entry);
    judging.commit();
}

}  // namespace consularia::journal
