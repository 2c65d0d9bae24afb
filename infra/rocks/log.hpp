#pragma once
// The one partition of an embedded ledger, and its readers: appended records are handed to each
// reader in memory, and read from the files by readers that lag.

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
/// After a failed write a RocksDB is unusable: a part of the batch may lie in front of everything
/// that is written later. So the files are closed and opened again once the cause has passed, with
/// the last acknowledged record as witness; only then is it known whether the batch is there. A
/// failed sync is different: nothing that is read back proves what is on the disk.
class Log : public std::enable_shared_from_this<Log> {
  public:
    /// `opener` is what opened the files; null if nothing is ever appended. `retry` is the minimum
    /// time between attempts to reopen them while writing fails.
    Log(std::unique_ptr<LedgerFiles> files,
        std::shared_ptr<LedgerOpener> opener,
        std::chrono::milliseconds retry = {});

    [[nodiscard]] const std::string& identity() const { return identity_; }

    [[nodiscard]] ledger::Position end() const;

    /// Writes the values after the end, syncs them, and publishes them to all tails. Precondition:
    /// there is an opener.
    [[nodiscard]] ledger::AppendResult append(std::span<const std::string> values);

    /// Refuses every append from now on, for this reason.
    void condemn(std::string why);
    [[nodiscard]] bool condemned() const;

    /// Empty while a failure has left the log without open files.
    [[nodiscard]] std::shared_ptr<const LedgerFiles> files() const;

    /// `ready` may be empty. It is called by the publishing thread and must not destroy the tail;
    /// it is not called again once the tail is destroyed.
    [[nodiscard]] std::unique_ptr<ledger::Tail> tail(
        ledger::Position from, std::function<void()> ready
    );

    /// See ledger::Records.
    [[nodiscard]] std::vector<ledger::LogEntry> read(ledger::Position from, std::size_t limit);

  private:
    struct Reader;
    class FollowingTail;

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

    mutable std::mutex mending_;  ///< Held while reopening; locked before mutex_. Guards the next
                                  ///< three.
    std::string failure_;         ///< Why nothing can be appended; empty while there is no failure.
    bool condemned_ = false;
    std::chrono::steady_clock::time_point retry_at_{};

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::shared_ptr<const LedgerFiles> files_;
    ledger::Position end_;
    ledger::Hash last_hash_;  ///< The hash of the record before the end.
    std::vector<std::shared_ptr<Reader>> readers_;
};

}  // namespace consularia::infra::rocks
