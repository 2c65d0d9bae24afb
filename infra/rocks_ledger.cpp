#include "infra/rocks_ledger.hpp"

#include "domain/check.hpp"
#include "infra/files.hpp"
#include "infra/rocks_log.hpp"

#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;
using ledger::AppendResult;
using ledger::NotAppended;
using ledger::Partition;
using ledger::Position;

/// How often to look at a ledger whose server moves records from its write-ahead log into a table
/// meanwhile, which can make them look missing. It then has other files than before.
constexpr int kAttempts = 20;

constexpr std::size_t kEntriesAtOnce = 1024;

std::set<std::string> files_in(const fs::path& directory) {
    std::set<std::string> names;
    std::error_code
        error;  // A directory that cannot be listed cannot be opened: that is told there.
    for (const auto& file : fs::directory_iterator(directory, error)) {
        names.insert(file.path().filename());
    }
    return names;
}

/// What the two ledgers share: all but how they append.
class RocksLedger : public ledger::Ledger {
  public:
    explicit RocksLedger(std::unique_ptr<LedgerFiles> files)
        : log_(std::make_shared<RocksLog>(std::move(files))) {}

    std::string identity() const override { return log_->identity(); }

    Partition partitions() const override { return 1; }

    bool shared() const override { return false; }

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
    RocksLog& log() { return *log_; }

  private:
    std::shared_ptr<RocksLog> log_;
};

class EmbeddedLedger final : public RocksLedger {
  public:
    EmbeddedLedger(
        std::unique_ptr<LedgerFiles> files, fs::path directory, std::uint64_t min_free_bytes
    )
        : RocksLedger(std::move(files)),
          directory_(std::move(directory)),
          min_free_bytes_(min_free_bytes) {}

    AppendResult append(Partition partition, std::span<const std::string> values) override {
        CHECK(partition == 0);
        const std::lock_guard lock(mutex_);
        if (!failure_.empty()) return NotAppended{NotAppended::Reason::failed, failure_, true};
        if (values.empty()) return ledger::Appended{log().end()};
        if (auto refused = lacks_storage(values)) return *refused;
        const auto status = log().write(values);
        if (status.ok()) return ledger::Appended{log().publish(values)};
        failure_ = "writing to the ledger failed: " + words_of(status);
        return ledger::FateUnknown{failure_, true};
    }

  private:
    /// RocksDB cannot be trusted on a full disk: Debian's aborts the process.
    std::optional<NotAppended> lacks_storage(std::span<const std::string> values) const {
        std::uint64_t available = 0;
        try {
            available = available_bytes(directory_);
        } catch (const ledger::StorageError& error) {
            return NotAppended{NotAppended::Reason::failed, error.what()};
        }
        std::uint64_t size = 0;
        for (const std::string& value : values) size += value.size();
        if (available >= size && available - size >= min_free_bytes_) return std::nullopt;
        return NotAppended{
            NotAppended::Reason::out_of_storage,
            std::to_string(available) + " bytes are available, " + std::to_string(size) +
                " and a reserve of " + std::to_string(min_free_bytes_) + " are wanted"};
    }

    fs::path directory_;
    std::uint64_t min_free_bytes_;
    std::mutex mutex_;     ///< Guards failure_, and the order of appends.
    std::string failure_;  ///< Why nothing is appended any more; empty while all is well.
};

class ReadOnlyLedger final : public RocksLedger {
  public:
    using RocksLedger::RocksLedger;

    AppendResult append(Partition /*partition*/, std::span<const std::string> /*values*/) override {
        return NotAppended{NotAppended::Reason::failed, "the ledger was opened for reading"};
    }
};

}  // namespace

std::unique_ptr<ledger::Ledger> open_embedded_ledger(
    const fs::path& directory,
    const std::optional<projections::Checkpoint>& witness,
    const EmbeddedLedgerOptions& options
) {
    if (ledger_is_absent(directory)) {
        if (witness) refuse_absent_ledger(directory, *witness);
        create_ledger_files(directory, options.env);
    }
    Position end = 0;
    {
        const auto files = open_ledger_read_only(directory, options.env);
        if (witness) check_witness(*files, *witness, directory);
        check_tables(*files, directory);
        end = files->end;
    }
    auto files = open_ledger_read_write(directory, options.env);
    if (files->end != end) {
        throw LedgerMismatch(
            "the ledger in " + directory.string() + " ended at position " + std::to_string(end) +
            " when it was checked, but at position " + std::to_string(files->end) +
            " when it was opened"
        );
    }
    return std::make_unique<EmbeddedLedger>(std::move(files), directory, options.min_free_bytes);
}

std::unique_ptr<ledger::Ledger> open_embedded_ledger_read_only(const fs::path& directory) {
    for (int attempt = 1;; ++attempt) {
        const auto before = files_in(directory);
        try {
            auto files = open_ledger_read_only(directory, nullptr);
            if (attempt == kAttempts || files_in(directory) == before) {
                return std::make_unique<ReadOnlyLedger>(std::move(files));
            }
        } catch (const LedgerMismatch&) {
            if (attempt == kAttempts) throw;
        }
    }
}

void for_each_record(
    const fs::path& directory, const std::function<void(const ledger::LogEntry&)>& callback
) {
    const auto ledger = open_embedded_ledger_read_only(directory);
    const auto tail = ledger->tail(0, 0, {});
    for (auto entries = tail->next(kEntriesAtOnce); !entries.empty();
         entries = tail->next(kEntriesAtOnce)) {
        for (const auto& entry : entries) callback(entry);
    }
}

}  // namespace consularia::infra
