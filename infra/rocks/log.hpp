#pragma once
// The one partition of an embedded ledger, and its readers: what is appended is handed to each of
// them in memory, and read out of the files by those that lag.

#include "infra/rocks/ledger_files.hpp"
#include "infra/rocks/ledger_opener.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

/// Thread-safe, with one appender at a time. Its tails keep it alive.
///
/// After a failed write a RocksDB is of no use: what it has written of the batch may lie in front
/// of all that comes later. So the files are closed and opened again, once the cause has passed,
/// with what was acknowledged as witness; only then is it known whether the batch is there. A sync
/// that failed is different: nothing that is read back proves what is on the disk.
class Log : public std::enable_shared_from_this<Log> {
  public:
    /// `opener` is what opened the files; null when nothing is ever appended. While writing fails
    /// they are opened again at most that often.
    Log(std::unique_ptr<LedgerFiles> files,
        std::shared_ptr<LedgerOpener> opener,
        std::chrono::milliseconds retry = {});

    [[nodiscard]] const std::string& identity() const { return identity_; }

    [[nodiscard]] ledger::Position end() const;

    /// Writes the values after the end, syncs them, and shows them to everybody. Precondition:
    /// there is an opener.
    [[nodiscard]] ledger::AppendResult append(std::span<const std::string> values);

    /// Refuses every append from now on, for this reason.
    void condemn(std::string why);
    [[nodiscard]] bool condemned() const;

    /// Empty while a failure has left the log without open files.
    [[nodiscard]] std::shared_ptr<const LedgerFiles> files() const;

    /// `ready` may be empty. It is called by the thread that publishes and must not destroy the
    /// tail; once the tail is destroyed it is not called again.
    [[nodiscard]] std::unique_ptr<ledger::Tail> tail(
        ledger::Position from, std::function<void()> ready
    );

  private:
    struct Reader;
    class FollowingTail;

    [[nodiscard]] std::vector<ledger::LogEntry> read(ledger::Position from, std::size_t limit);
    [[nodiscard]] rocksdb::Status write(std::span<const std::string> values);
    ledger::Position publish(std::span<const std::string> values);
    void fail(std::string why);
    std::optional<std::string> mend();
    void open_again();
    void close_files();
    void take(std::shared_ptr<const LedgerFiles> files);

    const std::shared_ptr<LedgerOpener> opener_;
    const std::chrono::milliseconds retry_;
    const std::string identity_;

    mutable std::mutex mending_;  ///< Held to open again; before mutex_. Guards the next three.
    std::string failure_;         ///< Why nothing can be appended; empty while all is well.
    bool condemned_ = false;
    std::chrono::steady_clock::time_point retry_at_{};

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::shared_ptr<const LedgerFiles> files_;
    ledger::Position end_;
    ledger::Hash last_hash_;  ///< Of the record before the end.
    std::vector<std::shared_ptr<Reader>> readers_;
};

}  // namespace consularia::infra::rocks
