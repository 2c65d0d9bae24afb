#include "node/backup.hpp"

#include "infra/crypto/secrets_file.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/files.hpp"
#include "infra/ledger_mismatch.hpp"
#include "node/backup_target.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;
using ledger::Checkpoint;
using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;
using Positions = std::vector<Position>;

constexpr std::size_t kEntriesAtOnce = 1024;

/// Whether there is nothing in the directory, or nothing but the beginnings of a first backup.
bool is_unused(const DataDir& dir) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir.root(), error)) {
        const auto& path = entry.path();
        if (path.filename() != "LOCK" && path.extension() != ".unfinished") return false;
    }
    return !error || error == std::errc::no_such_file_or_directory;
}

/// Everything in a backup is closed to others, which a directory with anything else is not meant
/// for.
void check_directory(const DataDir& dir, bool of_shared_ledger) {
    const bool has_ledger = fs::is_directory(dir.ledger());
    const bool has_journal = fs::is_directory(dir.journal());
    if (is_unused(dir) || (of_shared_ledger ? has_journal && !has_ledger : has_ledger)) return;
    if (has_ledger || has_journal) {
        throw UsageError(
            dir.root().string() + " has a backup of another kind of ledger: name another directory."
        );
    }
    throw UsageError(
        dir.root().string() +
        " is neither empty nor a backup: name a directory of its own with --to."
    );
}

std::unique_ptr<BackupTarget> open_target(const LedgerBackend& source, const DataDir& to) {
    const auto identity = source.identity();
    if (source.shared()) return open_journal_copy(to, identity, source.partitions());
    return open_ledger_copy(to, identity);
}

/// One reading of what the target lacks.
class Copying {
  public:
    Copying(const LedgerBackend& source, const Positions& known, BackupTarget& target)
        : source_(source), target_(target), known_(known) {
        known_.resize(source.partitions());
        for (Partition partition = 0; partition < source.partitions(); ++partition) {
            begins_.push_back(target.reached(partition));
            const auto next = begins_.back().next;
            // The last one that the target has is read once more, and compared.
            next_.push_back(next > 0 ? next - 1 : 0);
            least_.push_back(std::max(next, known_[partition]));
        }
    }

    void run() {
        const auto from = next_;
        const auto take = [this](Partition partition, const LogEntry& entry) {
            this->take(partition, entry);
        };
        source_.for_each_record(take, least_, from);
        hand_over();
        for (Partition partition = 0; partition < next_.size(); ++partition) check_end(partition);
    }

  private:
    void take(Partition partition, const LogEntry& entry) {
        const auto& begin = begins_[partition];
        next_[partition] = entry.position + 1;
        if (entry.position + 1 == begin.next) {
            if (ledger::sha256(entry.value) == begin.last_hash) return;
            throw infra::LedgerMismatch(
                "the backup has another record at position " + std::to_string(entry.position) +
                " than the ledger, which was replaced since then: choose another directory"
            );
        }
        if (partition != partition_) hand_over();
        partition_ = partition;
        bytes_ += entry.value.size();
        entries_.push_back(entry);
        if (bytes_ >= ledger::kTailBytes || entries_.size() >= kEntriesAtOnce) hand_over();
    }

    void hand_over() {
        const auto entries = std::exchange(entries_, {});
        bytes_ = 0;
        if (!entries.empty()) target_.add(partition_, entries);
    }

    void check_end(Partition partition) const {
        const auto end = next_[partition];
        if (end >= least_[partition]) return;
        const bool was_copied = begins_[partition].next > end;
        // Nothing before the backup's last record was read.
        const auto where = was_copied ? "before position " + std::to_string(least_[partition])
                                      : "at position " + std::to_string(end);
        throw infra::LedgerMismatch(
            "the ledger ends " + where + " of partition " + std::to_string(partition) + ", but " +
            (was_copied ? "the backup has" : "its journal or read store has read") +
            " records up to position " + std::to_string(least_[partition]) +
            ": it lost them, or was replaced"
        );
    }

    const LedgerBackend& source_;
    BackupTarget& target_;
    Positions known_;
    std::vector<Checkpoint> begins_;
    Positions next_;   ///< What is read next, by partition.
    Positions least_;  ///< How far the ledger must reach.
    Partition partition_ = 0;
    std::vector<LogEntry> entries_;  ///< That partition's, not handed over yet.
    std::size_t bytes_ = 0;
};

std::uint64_t records_in(const BackupTarget& target, Partition partitions) {
    std::uint64_t records = 0;
    for (Partition partition = 0; partition < partitions; ++partition) {
        records += target.reached(partition).next;
    }
    return records;
}

/// A server that reorganizes its files can take one away that is being read: it is read again, as
/// long as that leads further.
void copy_records(const LedgerBackend& source, const Positions& known, BackupTarget& target) {
    while (true) {
        const auto before = records_in(target, source.partitions());
        try {
            return Copying(source, known, target).run();
        } catch (const infra::LedgerMismatch&) {
            throw;
        } catch (const ledger::StorageError&) {
            if (records_in(target, source.partitions()) == before) throw;
        }
    }
}

/// Empty if there is none.
std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    if (in.bad()) throw ledger::StorageError("cannot read " + file.string());
    return content;
}

fs::path hash_file(const DataDir& backup) {
    return infra::with_suffix(backup.secrets(), ".sha256");
}

/// As sha256sum prints it.
std::string hash_line(const DataDir& backup, const std::string& secrets) {
    return ledger::to_hex(ledger::sha256(secrets)) + "  " + backup.secrets().filename().string() +
           "\n";
}

}  // namespace

BackupResult back_up(const LedgerBackend& source, const Positions& known, const DataDir& to) {
    check_directory(to, source.shared());
    to.create();
    const infra::DataDirLock lock(to.root());
    const auto target = open_target(source, to);
    const auto before = records_in(*target, source.partitions());
    copy_records(source, known, *target);
    target->finish();
    const auto records = records_in(*target, source.partitions());
    return {records, records - before};
}

fs::path secrets_file_of(const DataDir& dir, const std::string& named_file) {
    if (!named_file.empty()) return named_file;
    if (fs::exists(dir.secrets())) return dir.secrets();
    throw UsageError(
        "There are no secrets in " + dir.root().string() +
        ": name the server's file with --secrets-file."
    );
}

void back_up_secrets(const fs::path& file, const DataDir& to) {
    (void)infra::load_secrets(file);
    const auto secrets = content_of(file);
    const auto line = hash_line(to, secrets);
    const auto before = content_of(hash_file(to));
    // Whenever this is interrupted, the hash of the secrets that are there is among the hashes.
    infra::replace_private_file(hash_file(to), before + line);
    infra::replace_private_file(to.secrets(), secrets);
    infra::replace_private_file(hash_file(to), line);
}

std::string fault_in_secrets(const DataDir& backup) {
    if (!fs::exists(backup.secrets())) return "The backup has no secrets.";
    const auto line = hash_line(backup, content_of(backup.secrets()));
    if (content_of(hash_file(backup)).find(line) == std::string::npos) {
        return "The backup's secrets are not those that were written.";
    }
    try {
        (void)infra::load_secrets(backup.secrets());
        return "";
    } catch (const infra::SecretsError& error) {
        return error.what();
    }
}

}  // namespace consularia::node
