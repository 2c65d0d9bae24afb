#include "infra/rocks/tables.hpp"

#include "infra/rocks/store_damaged.hpp"

#include <utility>

namespace consularia::infra::rocks {
namespace {

using tables::Cursor;
using tables::TableId;

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

  private:
    void settle() {
        valid_ = at_->Valid() && (to_.empty() || at_->key().ToStringView() < to_);
        if (!at_->Valid()) tables_->check(at_->status());
    }

    std::shared_ptr<const Tables> tables_;
    std::string to_;
    rocksdb::Slice bound_;
    std::unique_ptr<rocksdb::Iterator> at_;
    bool valid_ = false;
};

/// Copies each row, because changes to the write set move the bytes under its iterators.
class CopyingCursor final : public Cursor {
  public:
    explicit CopyingCursor(std::unique_ptr<TableCursor> rows) : rows_(std::move(rows)) { copy(); }

    bool valid() const override { return valid_; }

    std::string_view key() const override { return key_; }

    std::string_view value() const override { return value_; }

    void next() override {
        rows_->next();
        copy();
    }

  private:
    void copy() {
        valid_ = rows_->valid();
        if (!valid_) return;
        key_ = rows_->key();
        value_ = rows_->value();
    }

    std::unique_ptr<TableCursor> rows_;
    bool valid_ = false;
    std::string key_;
    std::string value_;
};

std::optional<std::string> found(
    const Tables& tables, const rocksdb::Status& status, std::string value
) {
    if (status.IsNotFound()) return std::nullopt;
    tables.check(status);
    return value;
}

}  // namespace

void check_store(const std::string& store, const rocksdb::Status& status) {
    if (status.ok()) return;
    const std::string sentence = store + " failed: " + words_of(status);
    if (is_damage(status)) throw StoreDamaged(sentence);
    throw_storage_error(status, sentence);
}

Snapshot::Snapshot(std::shared_ptr<const Tables> tables)
    : tables_(std::move(tables)), snapshot_(tables_->rocks.db().GetSnapshot()) {}

Snapshot::~Snapshot() {
    tables_->rocks.db().ReleaseSnapshot(snapshot_);
}

std::optional<std::string> Snapshot::get(TableId table, std::string_view key) const {
    if (tables_->family(table) == nullptr) return std::nullopt;
    rocksdb::ReadOptions options = verified_read();
    options.snapshot = snapshot_;
    std::string value;
    const auto status =
        tables_->rocks.db().Get(options, tables_->family(table), slice_of(key), &value);
    return found(*tables_, status, std::move(value));
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
    : tables_(std::move(tables)),
      writes_(rocksdb::BytewiseComparator(), /*reserved_bytes=*/0, /*overwrite_key=*/true) {}

std::optional<std::string> WriteSet::get(TableId table, std::string_view key) const {
    std::string value;
    const auto status = writes_.GetFromBatchAndDB(
        &tables_->rocks.db(), verified_read(), tables_->family(table), slice_of(key), &value
    );
    return found(*tables_, status, std::move(value));
}

std::unique_ptr<Cursor> WriteSet::scan(TableId table, std::string_view from, std::string_view to)
    const {
    auto cursor = std::make_unique<TableCursor>(std::string(to), tables_);
    rocksdb::ReadOptions options = verified_read();
    options.iterate_upper_bound = cursor->bound();
    auto* stored = tables_->rocks.db().NewIterator(options, tables_->family(table));
    auto* both = writes_.NewIteratorWithBase(tables_->family(table), stored, &options);
    cursor->start(std::unique_ptr<rocksdb::Iterator>(both), from);
    return std::make_unique<CopyingCursor>(std::move(cursor));
}

void WriteSet::put(TableId table, std::string_view key, std::string_view value) {
    tables_->check(writes_.Put(tables_->family(table), slice_of(key), slice_of(value)));
}

void WriteSet::erase(TableId table, std::string_view key) {
    tables_->check(writes_.Delete(tables_->family(table), slice_of(key)));
}

std::size_t WriteSet::bytes() const {
    return writes_.GetDataSize();
}

rocksdb::WriteBatch* WriteSet::changes() {
    return writes_.GetWriteBatch();
}

}  // namespace consularia::infra::rocks
