#pragma once
// The port to the read store: ordered tables of bytes, snapshots, and atomic sets of writes.

#include "projections/table.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

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

    [[nodiscard]] virtual std::optional<std::string> get(Table table, std::string_view key)
        const = 0;

    /// The keys in [from, to), ascending; an empty `to` means no upper bound.
    [[nodiscard]] virtual std::unique_ptr<Cursor> scan(
        Table table, std::string_view from, std::string_view to
    ) const = 0;
};

/// Changes that become visible together; this object's own reads see them at once.
class WriteSet : public Reader {
  public:
    virtual void put(Table table, std::string_view key, std::string_view value) = 0;
    virtual void erase(Table table, std::string_view key) = 0;

    /// The bytes of all changes so far, including those that later ones undid.
    [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// Thread-safe.
class ReadStore {
  public:
    virtual ~ReadStore() = default;

    [[nodiscard]] virtual std::shared_ptr<const Reader> snapshot() const = 0;
    [[nodiscard]] virtual std::unique_ptr<WriteSet> write_set() = 0;

    /// Atomic and visible to later snapshots; survives a crash of the process and, after flush(),
    /// of the machine. The write set must come from this store and is used up.
    virtual void commit(std::unique_ptr<WriteSet> writes) = 0;

    /// Makes everything committed so far durable.
    virtual void flush() = 0;
};

}  // namespace consularia::projections
