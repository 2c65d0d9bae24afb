#pragma once
// The one partition of an embedded ledger, and its readers: what is appended is handed to each of
// them in memory, and read out of the files by those that lag.

#include "infra/rocks_ledger_files.hpp"
#include "ledger/ledger.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace consularia::infra {

/// Thread-safe, with one appender at a time. Its tails keep it alive.
class RocksLog : public std::enable_shared_from_this<RocksLog> {
  public:
    explicit RocksLog(std::unique_ptr<LedgerFiles> files);

    [[nodiscard]] const std::string& identity() const { return files_->identity; }

    [[nodiscard]] ledger::Position end() const;

    /// Writes the values after the end and syncs them. Nobody sees them yet.
    [[nodiscard]] rocksdb::Status write(std::span<const std::string> values);

    /// Shows everybody what was just written; returns the new end.
    ledger::Position publish(std::span<const std::string> values);

    /// `ready` may be empty. It is called by the thread that publishes and must not destroy the
    /// tail; once the tail is destroyed it is not called again.
    [[nodiscard]] std::unique_ptr<ledger::Tail> tail(
        ledger::Position from, std::function<void()> ready
    );

  private:
    struct Reader;
    class FollowingTail;

    [[nodiscard]] std::vector<ledger::LogEntry> read(ledger::Position from, std::size_t limit)
        const;

    std::unique_ptr<LedgerFiles> files_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    ledger::Position end_;
    std::vector<std::shared_ptr<Reader>> readers_;
};

}  // namespace consularia::infra
