#include "infra/rocks/tables.hpp"

#include "infra/rocks/store_damaged.hpp"

#include <utility>

namespace consularia::infra::rocks {
namespace {

using tables::Cursor;
using tables::TableId;

// What a reader keeps takes up to about 100 KB.
constexpr std::size_t kKnownRows = 512;
constexpr std::size_t kKnownRowBytes = 128;

/// Walks an iterator up to a bound.
class TableCursor final : public Cursor {
  public:
    TableCursor(std::string to, std::shared_ptr<const Tables> tables)
        : tables_(std::move(tables)), to_(std::move(to)), bound_(to_) {}

    /// The bound in the form that an iterator needs; lives as long as the cursor.
    const rocksdb::Slice* bound() const { return to_.empty() ? nullptr : &bound_; }

    void start(std::unique_ptr<rocksdb::Iterator> at, std::string_view from) {
        at_ = std::move(at);
        at_->Seek(slice_of(from));
        settle();
    }

    bool valid() const override { return valid_; }

    std::string_view key() const override { return at_->key().ToStringView(); }

    std::string_view value() const override { return at_->value().ToStringView(); }

    void next() override {
        at_->Next();
        settle();
    }

    /// Whether the key is before the bound.
    [[nodiscard]] bool includes(std::string_view key) const { return to_.empty() || key < to_; }

  private:
    void settle() {
        valid_ = at_->Valid() && includes(at_->key().ToStringView());
        if (!at_->Valid()) tables_->check(at_->status());
    }

    std::shared_ptr<const Tables> tables_;
    std::string to_;
    rocksdb::Slice bound_;
    std::unique_ptr<rocksdb::Iterator> at_;
    bool valid_ = false;
};

/// The rows as changed by a write set, which outlives it. Each row is copied, since a change of it
/// may move its bytes.
class ChangedCursor final : public Cursor {
  public:
    ChangedCursor(std::unique_ptr<TableCursor> rows, const Changes& changes, std::string_view from)
        : rows_(std::move(rows)), changes_(changes), change_(changes.lower_bound(from)) {
        settle();
    }

    bool valid() const override { return valid_; }

    std::string_view key() const override { return key_; }

    std::string_view value() const override { return value_; }

    void next() override {
        // A change may have been made between the two.
        if (rows_->valid() && rows_->key() <= key_) rows_->next();
        change_ = changes_.upper_bound(key_);
        settle();
    }

  private:
    void settle() {
        for (; has_change(); ++change_) {
            const auto& [key, value] = *change_;
            if (rows_->valid() && rows_->key() < key) break;
            if (value) return take(key, *value);
            if (rows_->valid() && rows_->key() == key) rows_->next();
        }
        valid_ = rows_->valid();
        if (valid_) take(rows_->key(), rows_->value());
    }

    [[nodiscard]] bool has_change() const {
        return change_ != changes_.end() && rows_->includes(change_->first);
    }

    void take(std::string_view key, std::string_view value) {
        valid_ = true;
        key_ = key;
        value_ = value;
    }

    std::unique_ptr<TableCursor> rows_;
    const Changes& changes_;
    Changes::const_iterator change_;
    bool valid_ = false;
    std::string key_;
    std::string value_;
};

}  // namespace

void check_store(const std::string& store, const rocksdb::Status& status) {
    if (status.ok()) return;
    const std::string sentence = store + " failed: " + words_of(status);
    if (is_damage(status)) throw StoreDamaged(sentence);
    throw_storage_error(status, sentence);
}

std::optional<std::string> Tables::get(
    const rocksdb::ReadOptions& options, TableId table, std::string_view key
) const {
    std::string value;
    const auto status = rocks.db().Get(options, family(table), slice_of(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    check(status);
    return value;
}

std::optional<std::string> KnownRows::find(TableId table, std::string_view key) const {
    const auto& rows = rows_.at(table.index());
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
}

void KnownRows::keep(TableId table, std::string_view key, const std::string& value) {
    if (value.size() > kKnownRowBytes || count_ >= kKnownRows) return;
    if (rows_.at(table.index()).try_emplace(std::string(key), value).second) ++count_;
}

Snapshot::Snapshot(std::shared_ptr<const Tables> tables)
    : tables_(std::move(tables)), snapshot_(tables_->rocks.db().GetSnapshot()), known_(*tables_) {}

Snapshot::~Snapshot() {
    tables_->rocks.db().ReleaseSnapshot(snapshot_);
}

std::optional<std::string> Snapshot::get(TableId table, std::string_view key) const {
    if (tables_->family(table) == nullptr) return std::nullopt;
    if (auto known = find_known(table, key)) return known;
    rocksdb::ReadOptions options = verified_read();
    options.snapshot = snapshot_;
    auto row = tables_->get(options, table, key);
    if (!row || row->size() > kKnownRowBytes) return row;
    const std::lock_guard lock(mutex_);
    known_.keep(table, key, *row);
    return row;
}

std::optional<std::string> Snapshot::find_known(TableId table, std::string_view key) const {
    const std::lock_guard lock(mutex_);
    return known_.find(table, key);
}

std::unique_ptr<Cursor> Snapshot::scan(TableId table, std::string_view from, std::string_view to)
    const {
    auto cursor = std::make_unique<TableCursor>(std::string(to), tables_);
    if (tables_->family(table) == nullptr) return cursor;
    rocksdb::ReadOptions options = verified_read();
    options.snapshot = snapshot_;
    options.iterate_upper_bound = cursor->bound();
    auto* at = tables_->rocks.db().NewIterator(options, tables_->family(table));
    cursor->start(std::unique_ptr<rocksdb::Iterator>(at), from);
    return cursor;
}

WriteSet::WriteSet(std::shared_ptr<const Tables> tables)
    : tables_(std::move(tables)), changes_(tables_->families.size()), known_(*tables_) {}

std::optional<std::string> WriteSet::get(TableId table, std::string_view key) const {
    const Changes& changes = changes_.at(table.index());
    if (const auto changed = changes.find(key); changed != changes.end()) return changed->second;
    if (auto known = known_.find(table, key)) return known;
    auto row = tables_->get(verified_read(), table, key);
    if (row) known_.keep(table, key, *row);
    return row;
}

std::unique_ptr<Cursor> WriteSet::scan(TableId table, std::string_view from, std::string_view to)
    const {
    auto rows = std::make_unique<TableCursor>(std::string(to), tables_);
    rocksdb::ReadOptions options = verified_read();
    options.iterate_upper_bound = rows->bound();
    auto* at = tables_->rocks.db().NewIterator(options, tables_->family(table));
    rows->start(std::unique_ptr<rocksdb::Iterator>(at), from);
    return std::make_unique<ChangedCursor>(std::move(rows), changes_.at(table.index()), from);
}

void WriteSet::put(TableId table, std::string_view key, std::string_view value) {
    change(table, key, std::string(value));
}

void WriteSet::erase(TableId table, std::string_view key) {
    change(table, key, std::nullopt);
}

void WriteSet::change(TableId table, std::string_view key, std::optional<std::string> value) {
    bytes_ += key.size() + (value ? value->size() : 0);
    Changes& changes = changes_.at(table.index());
    const auto place = changes.lower_bound(key);
    if (place != changes.end() && place->first == key) {
        place->second = std::move(value);
    } else {
        changes.emplace_hint(place, key, std::move(value));
    }
}

std::size_t WriteSet::bytes() const {
    return bytes_;
}

rocksdb::WriteBatch WriteSet::to_batch() const {
    rocksdb::WriteBatch batch(bytes_);
    for (std::size_t table = 0; table < changes_.size(); ++table) {
        for (const auto& [key, value] : changes_[table]) {
            auto* const family = tables_->families[table];
            tables_->check(value ? batch.Put(family, key, *value) : batch.Delete(family, key));
        }
    }
    return batch;
}

}  // namespace consularia::infra::rocks
