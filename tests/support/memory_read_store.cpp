#include "tests/support/memory_read_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace consularia::test {
namespace {

using projections::Batch;
using projections::Cursor;
using projections::Reader;
using projections::Table;
using Rows = MemoryReadStore::Rows;
using Tables = MemoryReadStore::Tables;
using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

std::size_t index_of(Table table) {
    return static_cast<std::size_t>(table);
}

/// Walks rows that it keeps alive.
class RowCursor final : public Cursor {
  public:
    RowCursor(std::shared_ptr<const Rows> rows, std::string_view from, std::string_view to)
        : rows_(std::move(rows)), to_(to), at_(rows_->lower_bound(from)) {}

    bool valid() const override { return at_ != rows_->end() && (to_.empty() || at_->first < to_); }

    std::string_view key() const override { return at_->first; }

    std::string_view value() const override { return at_->second; }

    void next() override { ++at_; }

  private:
    std::shared_ptr<const Rows> rows_;
    std::string to_;
    Rows::const_iterator at_;
};

std::optional<std::string> find(const Rows& rows, std::string_view key) {
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
}

class MemorySnapshot final : public Reader {
  public:
    explicit MemorySnapshot(Tables tables) : tables_(std::move(tables)) {}

    std::optional<std::string> get(Table table, std::string_view key) const override {
        return find(*tables_[index_of(table)], key);
    }

    std::unique_ptr<Cursor> scan(Table table, std::string_view from, std::string_view to)
        const override {
        return std::make_unique<RowCursor>(tables_[index_of(table)], from, to);
    }

  private:
    Tables tables_;
};

class MemoryBatch final : public Batch {
  public:
    explicit MemoryBatch(const MemoryReadStore& store) : store_(store) {}

    std::optional<std::string> get(Table table, std::string_view key) const override {
        const Changes& changed = changes[index_of(table)];
        const auto found = changed.find(key);
        if (found != changed.end()) return found->second;
        return find(*store_.tables()[index_of(table)], key);
    }

    /// The rows as of now: later changes to the batch do not disturb the cursor.
    std::unique_ptr<Cursor> scan(Table table, std::string_view from, std::string_view to)
        const override {
        const auto stored = store_.tables()[index_of(table)];
        const auto within = [to](const auto& row) { return to.empty() || row.first < to; };
        auto rows = std::make_shared<Rows>();
        for (auto at = stored->lower_bound(from); at != stored->end() && within(*at); ++at) {
            rows->insert(*at);
        }
        const Changes& changed = changes[index_of(table)];
        for (auto at = changed.lower_bound(from); at != changed.end() && within(*at); ++at) {
            if (at->second) {
                rows->insert_or_assign(at->first, *at->second);
            } else {
                rows->erase(at->first);
            }
        }
        return std::make_unique<RowCursor>(std::move(rows), from, to);
    }

    void put(Table table, std::string_view key, std::string_view value) override {
        changes[index_of(table)].insert_or_assign(std::string(key), std::string(value));
    }

    void erase(Table table, std::string_view key) override {
        changes[index_of(table)].insert_or_assign(std::string(key), std::nullopt);
    }

    bool belongs_to(const MemoryReadStore& store) const { return &store_ == &store; }

    std::array<Changes, projections::kTableCount> changes;

  private:
    const MemoryReadStore& store_;
};

}  // namespace

MemoryReadStore::MemoryReadStore() {
    for (auto& table : tables_) table = std::make_shared<Rows>();
}

std::shared_ptr<const Reader> MemoryReadStore::snapshot() const {
    return std::make_shared<MemorySnapshot>(tables());
}

std::unique_ptr<Batch> MemoryReadStore::batch() {
    return std::make_unique<MemoryBatch>(*this);
}

void MemoryReadStore::commit(std::unique_ptr<Batch> batch) {
    auto* mine = dynamic_cast<MemoryBatch*>(batch.get());
    if (mine == nullptr || !mine->belongs_to(*this)) {
        throw std::logic_error("the batch came from another store");
    }
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        if (mine->changes[i].empty()) continue;
        if (tables_[i].use_count() > 1) tables_[i] = std::make_shared<Rows>(*tables_[i]);
        for (auto& [key, value] : mine->changes[i]) {
            if (value) {
                tables_[i]->insert_or_assign(key, std::move(*value));
            } else {
                tables_[i]->erase(key);
            }
        }
    }
}

Rows MemoryReadStore::rows(Table table) const {
    return *tables()[index_of(table)];
}

Tables MemoryReadStore::tables() const {
    const std::lock_guard lock(mutex_);
    Tables shared;
    std::copy(tables_.begin(), tables_.end(), shared.begin());
    return shared;
}

}  // namespace consularia::test
