#include "tests/support/memory_store.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::test {

using tables::Cursor;
using tables::Reader;
using tables::TableId;
using tables::WriteSet;
using Rows = MemoryStore::Rows;

struct MemoryStore::State {
    std::mutex mutex;  ///< Guards the tables, and whether a snapshot shares them.
    /// Each shared with the snapshots that saw it, and then copied before it changes.
    std::vector<std::shared_ptr<Rows>> tables;
};

namespace {

using State = MemoryStore::State;
using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

std::optional<std::string> find(const Rows& rows, std::string_view key) {
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
}

/// The tables at one moment. Lets go of them under the store's lock, so that a commit that finds
/// one unshared comes after all that was read of it.
class Moment {
  public:
    explicit Moment(std::shared_ptr<State> state) : state_(std::move(state)) {
        const std::lock_guard lock(state_->mutex);
        tables_.assign(state_->tables.begin(), state_->tables.end());
    }

    Moment(const Moment&) = delete;
    Moment& operator=(const Moment&) = delete;

    ~Moment() {
        const std::lock_guard lock(state_->mutex);
        tables_.clear();
    }

    const Rows& rows(TableId table) const { return *tables_[table.index()]; }

  private:
    std::shared_ptr<State> state_;
    std::vector<std::shared_ptr<const Rows>> tables_;
};

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

class MemorySnapshot final : public Reader {
  public:
    explicit MemorySnapshot(std::shared_ptr<State> state)
        : moment_(std::make_shared<Moment>(std::move(state))) {}

    std::optional<std::string> get(TableId table, std::string_view key) const override {
        return find(moment_->rows(table), key);
    }

    std::unique_ptr<Cursor> scan(TableId table, std::string_view from, std::string_view to)
        const override {
        const std::shared_ptr<const Rows> rows(moment_, &moment_->rows(table));
        return std::make_unique<RowCursor>(rows, from, to);
    }

  private:
    std::shared_ptr<const Moment> moment_;
};

class MemoryWriteSet final : public WriteSet {
  public:
    explicit MemoryWriteSet(std::shared_ptr<State> state)
        : state_(std::move(state)), changes_(state_->tables.size()) {}

    std::optional<std::string> get(TableId table, std::string_view key) const override {
        const Changes& changed = changes_[table.index()];
        const auto found = changed.find(key);
        if (found != changed.end()) return found->second;
        const std::lock_guard lock(state_->mutex);
        return find(*state_->tables[table.index()], key);
    }

    /// The rows as of now: later changes to the write set do not disturb the cursor.
    std::unique_ptr<Cursor> scan(TableId table, std::string_view from, std::string_view to)
        const override {
        auto rows = std::make_shared<Rows>(stored(table, from, to));
        const Changes& changed = changes_[table.index()];
        for (auto at = changed.lower_bound(from); at != changed.end(); ++at) {
            if (!to.empty() && at->first >= to) break;
            if (at->second) {
                rows->insert_or_assign(at->first, *at->second);
            } else {
                rows->erase(at->first);
            }
        }
        return std::make_unique<RowCursor>(std::move(rows), from, to);
    }

    void put(TableId table, std::string_view key, std::string_view value) override {
        changes_[table.index()].insert_or_assign(std::string(key), std::string(value));
        bytes_ += key.size() + value.size();
    }

    void erase(TableId table, std::string_view key) override {
        changes_[table.index()].insert_or_assign(std::string(key), std::nullopt);
        bytes_ += key.size();
    }

    std::size_t bytes() const override { return bytes_; }

    void apply_to(const std::shared_ptr<State>& state) {
        if (state != state_) throw std::logic_error("the write set came from another store");
        const std::lock_guard lock(state_->mutex);
        for (std::size_t table = 0; table < changes_.size(); ++table) {
            if (!changes_[table].empty()) apply(changes_[table], state_->tables[table]);
        }
    }

  private:
    Rows stored(TableId table, std::string_view from, std::string_view to) const {
        const std::lock_guard lock(state_->mutex);
        const Rows& rows = *state_->tables[table.index()];
        const auto begin = rows.lower_bound(from);
        if (!to.empty() && to <= from) return {};
        return {begin, to.empty() ? rows.end() : rows.lower_bound(to)};
    }

    static void apply(const Changes& changes, std::shared_ptr<Rows>& rows) {
        if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
        for (const auto& [key, value] : changes) {
            if (value) {
                rows->insert_or_assign(key, *value);
            } else {
                rows->erase(key);
            }
        }
    }

    std::shared_ptr<State> state_;
    std::vector<Changes> changes_;
    std::size_t bytes_ = 0;
};

}  // namespace

MemoryStore::MemoryStore(std::size_t tables) : state_(std::make_shared<State>()) {
    for (std::size_t i = 0; i < tables; ++i) state_->tables.push_back(std::make_shared<Rows>());
}

std::shared_ptr<const Reader> MemoryStore::snapshot() const {
    return std::make_shared<MemorySnapshot>(state_);
}

std::unique_ptr<WriteSet> MemoryStore::write_set() {
    return std::make_unique<MemoryWriteSet>(state_);
}

void MemoryStore::commit(std::unique_ptr<WriteSet> writes) {
    auto* mine = dynamic_cast<MemoryWriteSet*>(writes.get());
    if (mine == nullptr) throw std::logic_error("the write set came from another store");
    mine->apply_to(state_);
}

Rows MemoryStore::rows(TableId table) const {
    const std::lock_guard lock(state_->mutex);
    return *state_->tables[table.index()];
}

}  // namespace consularia::test
