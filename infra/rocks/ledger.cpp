#include "infra/rocks/ledger.hpp"

#include "base/check.hpp"
#include "infra/files.hpp"
#include "infra/rocks/ledger_opener.hpp"
#include "infra/rocks/log.hpp"
#include "infra/rocks/table_checks.hpp"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using ledger::AppendResult;
using ledger::NotAppended;
using ledger::Partition;
using ledger::Position;

constexpr std::size_t kEntriesAtOnce = 1024;

/// The common part of the two ledgers: everything but appending.
class Ledger : public ledger::Ledger, public ledger::Records {
  public:
    explicit Ledger(std::shared_ptr<Log> log) : log_(std::move(log)) {}

    std::string identity() const override { return log_->identity(); }

    Partition partitions() const override { return 1; }

    bool shared() const override { return false; }

    const ledger::Records* records() const override { return this; }

    std::vector<ledger::LogEntry> read(Partition partition, Position from, std::size_t limit)
        const override {
        CHECK(partition == 0);
        return log_->read(from, limit);
    }

    std::vector<Position> find_ends(
        std::span<const Partition> partitions, std::chrono::milliseconds /*timeout*/
    ) override {
        return std::vector<Position>(partitions.size(), log_->end());
    }

    std::unique_ptr<ledger::Tail> tail(
        Partition partition, Position from, std::function<void()> ready
    ) override {
        CHECK(partition == 0);
        return log_->tail(from, std::move(ready));
    }

  protected:
    Log& log() { return *log_; }

  private:
    std::shared_ptr<Log> log_;
};

class EmbeddedLedger final : public Ledger {
  public:
    EmbeddedLedger(
        const std::shared_ptr<Log>& log, fs::path directory, const EmbeddedLedgerOptions& options
    )
        : Ledger(log),
          directory_(std::move(directory)),
          min_free_bytes_(options.min_free_bytes),
          on_space_(options.on_space),
          checker_([log] { return table_files_of(*log); }, checks(log, options.checks)) {}

    AppendResult append(Partition partition, std::span<const std::string> values) override {
        CHECK(partition == 0);
        const std::lock_guard lock(mutex_);
        if (!values.empty()) {
            if (auto refused = lacks_storage(values)) return *refused;
        }
        return log().append(values);
    }

  private:
    static std::vector<TableFile> table_files_of(const Log& log) {
        if (const auto files = log.files()) return rocks::table_files_of(files->rocks.db());
        throw ledger::StorageError("the ledger is not open at the moment");
    }

    /// Unreadable acknowledged records are worse than having no new ones.
    static CheckOptions checks(const std::shared_ptr<Log>& log, CheckOptions options) {
        options.on_report = [log, pass_on = options.on_report](const CheckOptions::Report& report) {
            if (!report.damage.empty()) log->condemn(report.damage.front());
            if (pass_on) pass_on(report);
        };
        return options;
    }

    /// RocksDB cannot be trusted on a full disk: Debian's aborts the process.
    std::optional<NotAppended> lacks_storage(std::span<const std::string> values) const {
        std::uint64_t available = 0;
        try {
            available = available_bytes(directory_);
        } catch (const ledger::StorageError& error) {
            return NotAppended{NotAppended::Reason::failed, error.what()};
        }
        std::uint64_t needed = min_free_bytes_;
        for (const std::string& value : values) needed += value.size();
        if (on_space_) on_space_(available, needed);
        if (available >= needed) return std::nullopt;
        return NotAppended{
            NotAppended::Reason::out_of_storage,
            std::to_string(available) + " bytes are available, " + std::to_string(needed) +
                " are needed"};
    }

    fs::path directory_;
    std::uint64_t min_free_bytes_;
    const std::function<void(std::uint64_t, std::uint64_t)> on_space_;
    std::mutex mutex_;  ///< Guards the order of appends.
    TableChecker checker_;
};

class ReadOnlyLedger final : public Ledger {
  public:
    using Ledger::Ledger;

    AppendResult append(Partition /*partition*/, std::span<const std::string> /*values*/) override {
        return NotAppended{NotAppended::Reason::failed, "the ledger was opened for reading"};
    }
};

}  // namespace

std::unique_ptr<ledger::Ledger> open_embedded_ledger(
    const fs::path& directory,
    const std::vector<ledger::Checkpoint>& witnesses,
    const EmbeddedLedgerOptions& options
) {
    const auto opener = std::make_shared<LedgerOpener>(directory, options.env);
    CheckedTables checked(options.checks.record);
    auto files = opener->open(witnesses, [&](const LedgerFiles& found) {
        check_tables(found, directory, checked, options.checks);
    });
    if (!options.checks.record.empty()) checked.save(table_files_of(files->rocks.db()));
    auto log = std::make_shared<Log>(std::move(files), opener, options.retry);
    return std::make_unique<EmbeddedLedger>(std::move(log), directory, options);
}

void create_copy_of_ledger(const fs::path& directory, const std::string& identity) {
    if (ledger_is_absent(directory)) create_ledger_files(directory, nullptr, identity);
}

std::unique_ptr<ledger::Ledger> open_embedded_ledger_read_only(
    const fs::path& directory, const CheckOptions* checks
) {
    auto files = open_unchanged<LedgerMismatch>(directory, "the ledger", [&] {
        return open_ledger_read_only(directory, nullptr);
    });
    if (checks != nullptr) {
        CheckedTables checked(checks->record);
        check_tables(*files, directory, checked, *checks);
    }
    return std::make_unique<ReadOnlyLedger>(std::make_shared<Log>(std::move(files), nullptr));
}

void for_each_record(
    const fs::path& directory,
    const std::function<void(const ledger::LogEntry&)>& callback,
    Position from
) {
    const auto ledger = open_embedded_ledger_read_only(directory);
    const auto tail = ledger->tail(0, from, {});
    for (auto entries = tail->next(kEntriesAtOnce); !entries.empty();
         entries = tail->next(kEntriesAtOnce)) {
        for (const auto& entry : entries) callback(entry);
    }
}

}  // namespace consularia::infra::rocks
