#pragma once
// The port to a store on this machine's disk: ordered tables of bytes, snapshots, and atomic sets
// of writes. The journal and the read models are kept in such stores.

#include "base/enum_names.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace consularia::tables {

/// One of a store's tables: an enumerator of the enum that lists them.
class TableId {
  public:
    template <class Table>
    requires std::is_enum_v<Table>

    // NOLINTNEXTLINE(google-explicit-constructor): it is the enumerator, for any enum.
    constexpr TableId(Table table) : index_(index_of(table)) {}

    [[nodiscard]] constexpr std::size_t index() const { return index_; }

    friend constexpr bool operator==(TableId, TableId) = default;

  private:
    std::size_t index_;
};

/// What a store is called in sentences, and the names of its tables by index.
struct Schema {
    std::string store;
    std::vector<std::string> tables;
};

template <class Table>
[[nodiscard]] Schema schema_of(std::string store) {
    Schema schema{std::move(store), {}};
    for (const Table table : kAllOf<Table>) schema.tables.emplace_back(to_string(table));
    return schema;
}

/// Walks keys in ascending order within a range. The views are valid until the next call.
class Cursor {
  public:
    virtual ~Cursor() = default;

    [[nodiscard]] virtual bool valid() const = 0;
    [[nodiscard]] virtual std::string_view key() const = 0;
    [[nodiscard]] virtual std::string_view value() const = 0;
    virtual void next() = 0;
};

/// One consistent state. A snapshot is thread-safe; a write set belongs to one thread. All
/// functions throw ledger::StorageError if the machine fails.
class Reader {
  public:
    virtual ~Reader() = default;

    [[nodiscard]] virtual std::optional<std::string> get(TableId table, std::string_view key)
        const = 0;

    /// The keys in [from, to), ascending; an empty `to` means no upper bound.
    [[nodiscard]] virtual std::unique_ptr<Cursor> scan(
        TableId table, std::string_view from, std::string_view to
    ) const = 0;
};

/// Changes that become visible together; this object's own reads see them at once.
class WriteSet : public Reader {
  public:
    virtual void put(TableId table, std::string_view key, std::string_view value) = 0;
    virtual void erase(TableId table, std::string_view key) = 0;

    /// The bytes of all changes so far, including those that later ones undid.
    [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// Thread-safe.
class Store {
  public:
    virtual ~Store() = default;

    [[nodiscard]] virtual std::shared_ptr<const Reader> snapshot() const = 0;
    [[nodiscard]] virtual std::unique_ptr<WriteSet> write_set() = 0;

    /// Atomic and visible to later snapshots; survives a crash of the process and, after flush(),
    /// of the machine. The write set must come from this store and is used up.
    virtual void commit(std::unique_ptr<WriteSet> writes) = 0;

    /// Makes everything committed so far durable.
    virtual void flush() = 0;
};

}  // namespace consularia::tables
