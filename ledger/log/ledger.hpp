#pragma once
// The port to the log: an append-only sequence of records in each partition.

#include "ledger/record/acceptance.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace consularia::ledger {

/// A place in a partition's log: 0, 1, 2 … without gaps.
using Position = std::uint64_t;

/// The writer of a record: a number that each opened ledger draws for itself. It is not
/// authenticated, and no verdict depends on it.
using Writer = std::uint64_t;
inline constexpr Writer kNoWriter = 0;

struct LogEntry {
    Position position = 0;
    std::string value;
    Writer writer = kNoWriter;  ///< As stated in the log.
};

/// All records of the batch are durable; `end` is the position after the last of them.
struct Appended {
    Position end = 0;
};

/// Each record may be in the log now, later or never. Appending the same bytes again is safe: at
/// most one copy can be a fact.
struct FateUnknown {
    std::string why;
    bool until_restart = false;  ///< Nothing will be appended any more.
};

/// Nothing was written or will be.
struct NotAppended {
    enum class Reason { out_of_storage, failed };
    Reason reason{};
    std::string why;
    bool until_restart = false;  ///< Nothing will be appended any more.
};

using AppendResult = std::variant<Appended, FateUnknown, NotAppended>;

/// One call of next() ends with the record that exceeds this.
inline constexpr std::size_t kTailBytes = 8 << 20;

/// Reads one partition in log order, each record once. Used by one thread.
class Tail {
  public:
    virtual ~Tail() = default;

    /// Up to `limit` entries after the last one returned, within kTailBytes; empty if there are
    /// none now. Throws StorageError if the log cannot be read or has a gap.
    [[nodiscard]] virtual std::vector<LogEntry> next(std::size_t limit) = 0;
};

/// 0, 1, 2 … up to this number of partitions.
[[nodiscard]] std::vector<Partition> all_partitions(Partition count);

/// Records by position, at any time. Thread-safe.
class Records {
  public:
    virtual ~Records() = default;

    /// Up to `limit` records from this position on, within kTailBytes; empty at the end of the log.
    /// Throws StorageError.
    [[nodiscard]] virtual std::vector<LogEntry> read(
        Partition partition, Position from, std::size_t limit
    ) const = 0;
};

/// Thread-safe, but each partition may have only one appender at a time.
class Ledger {
  public:
    virtual ~Ledger() = default;

    /// Identifies this log for ever: a different identity means a different log.
    [[nodiscard]] virtual std::string identity() const = 0;
    [[nodiscard]] virtual Partition partitions() const = 0;

    /// Whether others may append too. If not, the whole log was appended through this object, and a
    /// read store that has settled every answered command is never behind.
    [[nodiscard]] virtual bool shared() const = 0;

    /// The writer stated in this object's own records.
    [[nodiscard]] virtual Writer writer() const { return kNoWriter; }

    /// Null if records can only be read in order, by a tail: whoever needs them later has to keep
    /// them.
    [[nodiscard]] virtual const Records* records() const { return nullptr; }

    /// Blocks until the batch is durable, known not to be durable, or of unknown fate.
    [[nodiscard]] virtual AppendResult append(
        Partition partition, std::span<const std::string> values
    ) = 0;

    /// A reader that starts at this position. `ready` is called, from any thread, whenever next()
    /// may return more than at its last call.
    [[nodiscard]] virtual std::unique_ptr<Tail> tail(
        Partition partition, Position from, std::function<void()> ready
    ) = 0;

    /// For each of these partitions the position after its last record, which covers every append
    /// that was acknowledged to any node before this call. Throws StorageError if a position cannot
    /// be determined, or not within `timeout`.
    [[nodiscard]] virtual std::vector<Position> find_ends(
        std::span<const Partition> partitions, std::chrono::milliseconds timeout
    ) = 0;

    /// The end of one partition.
    [[nodiscard]] Position end(Partition partition);
    /// The ends of all partitions.
    [[nodiscard]] std::vector<Position> ends();
};

inline constexpr std::chrono::milliseconds kEndTimeout{1000};

}  // namespace consularia::ledger
