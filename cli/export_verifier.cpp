#include "cli/export_verifier.hpp"

#include "ledger/record/export_line.hpp"
#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <utility>

namespace consularia::cli {

namespace {

std::string record_number(ledger::Sequence sequence) {
    return "record " + std::to_string(sequence);
}

std::string text_of(const std::optional<domain::OrganizationId>& organization) {
    return organization ? organization->to_string() : "";
}

void sort_by_size(std::deque<AuditHead>& heads) {
    std::ranges::stable_sort(heads, {}, [](const AuditHead& kept) { return kept.head.size; });
}

}  // namespace

ExportVerifier::ExportVerifier(AuditKeys keys, std::deque<AuditHead> heads, ledger::Sequence after)
    : keys_(std::move(keys)),
      heads_(std::move(heads)),
      after_(after),
      size_(after),
      confirmed_(after) {
    sort_by_size(heads_);
    if (after == 0) {
        tree_.emplace();
        return;
    }
    if (heads_.empty() || heads_.front().head.size != after) {
        throw CannotTell("the oldest head given must be that of " + record_number(after));
    }
    const auto& oldest = heads_.front().head;
    chain_ = oldest.chain;
    const auto id = oldest.origin.rfind('/') + 1;  // npos + 1 is 0
    organization_ = domain::OrganizationId::parse(std::string_view(oldest.origin).substr(id));
}

void ExportVerifier::go_on_from(ledger::Frontier tree) {
    tree_ = std::move(tree);
}

void ExportVerifier::expect(AuditKeys keys, std::deque<AuditHead> heads) {
    keys_ = std::move(keys);
    heads_ = std::move(heads);
    std::erase_if(heads_, [this](const AuditHead& kept) { return kept.head.size < size_; });
    sort_by_size(heads_);
}

void ExportVerifier::take(const ExportedRecord& record) {
    follow(record);
    if (tree_) tree_->append(record.leaf);
    if (after_ == 0) histories_.take({&record, 1});
}

void ExportVerifier::take(const ExportedPiece& piece) {
    const auto& records = piece.records;
    const auto end = size_ + records.size();
    const bool has_head_inside = std::ranges::any_of(heads_, [&](const AuditHead& kept) {
        return kept.head.size > size_ && kept.head.size < end;
    });
    if (has_head_inside) {
        for (const auto& record : records) take(record);
        return;
    }
    for (const auto& record : records) follow(record);
    if (tree_) {
        for (const auto& subtree : piece.subtrees) tree_->append(subtree);
    }
    if (after_ == 0) histories_.take(records);
}

void ExportVerifier::follow(const ExportedRecord& record) {
    const auto sequence = size_ + 1;
    const auto& link = record.link;
    settle(link ? std::optional(link->prevhash) : std::nullopt);
    if (!link) throw Altered(record_number(sequence) + ": it is no record");
    if (link->sequence != sequence) {
        throw Altered(
            record_number(sequence) + ": " + record_number(link->sequence) + " stands in its place"
        );
    }
    if (!organization_) organization_ = link->organization;
    broken_ = link->prevhash != chain_;
    if (!broken_ && link->organization != *organization_) {
        throw Altered(
            record_number(sequence) + ": it is of organization " + link->organization.to_string()
        );
    }
    if (!broken_) check_heads();
    size_ = sequence;
    chain_ = record.hash;
}

std::string ExportVerifier::finish(std::string_view line) {
    if (!line.starts_with(ledger::kHeadLineBeginning)) {
        take(digest_line(line));
        settle(std::nullopt);
        throw Altered(record_number(size_ + 1) + ": the export ends before it, without a head");
    }
    auto last = open_last(line);
    settle(last.head.size == size_ ? std::optional(last.head.chain) : std::nullopt);
    if (last.head.size < size_) {
        throw Altered(record_number(last.head.size + 1) + ": it is behind the head at the end");
    }
    end_ = last;
    heads_.push_back(std::move(last));
    sort_by_size(heads_);
    check_heads();
    if (heads_.empty()) {
        return "records " + std::to_string(after_ + 1) + " to " + std::to_string(size_) +
               " of organization " + text_of(organization_);
    }
    const auto& missed = heads_.front();
    throw Altered(
        record_number(size_ + 1) + ": it is missing, head " + missed.label + " counts " +
        std::to_string(missed.head.size) + " records"
    );
}

AuditHead ExportVerifier::open_last(std::string_view line) const {
    const bool too_long = line.size() > kMaxExportLine;
    const auto json = too_long ? std::nullopt : ledger::JsonText::parse(line);
    if (!json || !json->root().is_object() || ledger::has_duplicates(json->root())) {
        throw Altered("head at the end: it is no JSON");
    }
    try {
        return open_head(json->root().find_text("head"), keys_, "at the end");
    } catch (const CannotTell& reason) {
        throw Altered(reason.what());
    }
}

void ExportVerifier::settle(const std::optional<ledger::Hash>& next_prevhash) const {
    if (!broken_) return;
    const auto before = record_number(size_ - 1);
    if (next_prevhash == chain_ && size_ > after_ + 1) {
        throw Altered(before + ": it is not the one that " + record_number(size_) + " follows");
    }
    throw Altered(record_number(size_) + ": it does not follow " + before);
}

void ExportVerifier::check_heads() {
    while (!heads_.empty() && heads_.front().head.size == size_) {
        check_head(heads_.front());
        heads_.pop_front();
        confirmed_ = size_;
    }
}

void ExportVerifier::check_head(const AuditHead& kept) {
    const auto& label = kept.label;
    const auto& head = kept.head;
    if (!head.origin.ends_with("/organizations/" + text_of(organization_))) {
        throw Altered("head " + label + ": it is of " + head.origin);
    }
    if (head.chain != chain_) {
        throw Altered(
            record_number(size_) + ": it is not that of head " + label +
            ", or another one behind " + record_number(confirmed_) + " was changed"
        );
    }
    if (tree_ && head.root != tree_->root()) {
        throw Altered("head " + label + ": its root is not that of its records");
    }
    if (after_ == 0 && head.histories && *head.histories != histories_.root()) {
        throw Altered("head " + label + ": its histories are not those of its records");
    }
}

}  // namespace consularia::cli
