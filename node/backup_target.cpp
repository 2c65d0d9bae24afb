#include "node/backup_target.hpp"

#include "infra/ledger_mismatch.hpp"
#include "infra/rocks/ledger.hpp"
#include "journal/judging.hpp"
#include "node/stores.hpp"

#include <limits>
#include <map>
#include <variant>

namespace consularia::node {

namespace {

using ledger::Checkpoint;
using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;

/// A backup that fills its disk must not keep others from writing to it.
constexpr std::uint64_t kMinFreeBytes = 64 << 20;
constexpr std::size_t kCacheBytes = 64 << 20;
constexpr std::size_t kReadAtOnce = 1024;

StoreSettings settings() {
    StoreSettings settings;
    settings.min_free_bytes = kMinFreeBytes;
    settings.cache_bytes = kCacheBytes;
    for (auto* checks : {&settings.check_ledger, &settings.check_journal}) {
        checks->at_start_bytes = std::numeric_limits<std::uint64_t>::max();
    }
    return settings;
}

void check_identity(const DataDir& dir, const std::string& found, const std::string& expected) {
    if (found == expected) return;
    throw infra::LedgerMismatch(
        dir.root().string() + " is a backup of the ledger " + found + ", not of " + expected +
        ": choose another directory"
    );
}

std::string where(Partition partition, Position position) {
    return "position " + std::to_string(position) + " of partition " + std::to_string(partition);
}

class LedgerCopy final : public BackupTarget {
  public:
    LedgerCopy(DataDir dir, const std::string& identity) : dir_(std::move(dir)) {
        infra::rocks::create_copy_of_ledger(dir_.ledger(), identity);
        open();
        check_identity(dir_, ledger_->identity(), identity);
    }

    Checkpoint reached(Partition /*partition*/) const override {
        Checkpoint reached{ledger_->identity(), ledger_->end(0), {}};
        if (reached.next == 0) return reached;
        const auto last = ledger_->records()->read(0, reached.next - 1, 1);
        reached.last_hash = ledger::sha256(last.at(0).value);
        return reached;
    }

    void add(Partition partition, const std::vector<LogEntry>& entries) override {
        std::vector<std::string> values;
        for (const auto& entry : entries) values.push_back(entry.value);
        const auto result = ledger_->append(partition, values);
        if (const auto* unknown = std::get_if<ledger::FateUnknown>(&result)) {
            throw ledger::StorageError(unknown->why);
        }
        if (const auto* refused = std::get_if<ledger::NotAppended>(&result)) {
            throw ledger::StorageError(refused->why);
        }
    }

    void finish() override {
        ledger_.reset();
        open();  // What is read from here on is what the files contain.
        const auto store = open_journal(dir_, settings());
        journal::Journal journal(*store);
        journal.open({ledger_->identity(), 1, ledger_->records()});
        for (auto next = journal.next_position(0);;) {
            const auto entries = ledger_->records()->read(0, next, kReadAtOnce);
            if (entries.empty()) break;
            judge(journal, entries);
            next = entries.back().position + 1;
        }
        store->flush();
    }

  private:
    void open() { ledger_ = open_ledger(dir_, settings()); }

    /// Only its server writes to it, so each of its records is a fact.
    static void judge(journal::Journal& journal, const std::vector<LogEntry>& entries) {
        journal::Judging judging(journal, 0);
        for (const auto& entry : entries) {
            if (judging.judge(entry).fact) continue;
            throw infra::LedgerMismatch(
                "the record at position " + std::to_string(entry.position) +
                " continues no chain: `consularia ledger verify` says more"
            );
        }
        judging.commit();
    }

    const DataDir dir_;
    std::unique_ptr<ledger::Ledger> ledger_;
};

class JournalCopy final : public BackupTarget {
  public:
    JournalCopy(const DataDir& dir, const std::string& identity, Partition partitions)
        : dir_(dir), identity_(identity), partitions_(partitions) {
        open();
        for (Partition partition = 0; partition < partitions; ++partition) {
            begins_.push_back(reached(partition));
            if (begins_.back().next > 0) {
                check_identity(dir, begins_.back().ledger_identity, identity);
            }
        }
    }

    Checkpoint reached(Partition partition) const override {
        const auto checkpoint = journal::read_checkpoint(*store_->snapshot(), partition);
        return checkpoint.value_or(Checkpoint{});
    }

    void add(Partition partition, const std::vector<LogEntry>& entries) override {
        journal::judge_all(*journal_, partition, entries);
    }

    void finish() override {
        store_->flush();
        open();  // What is read from here on is what the files contain.
        for (Partition partition = 0; partition < partitions_; ++partition) read_again(partition);
    }

  private:
    void open() {
        journal_.reset();
        store_.reset();
        store_ = open_journal(dir_, settings());
        journal_ = std::make_unique<journal::Journal>(*store_);
        journal_->open({identity_, partitions_});
    }

    /// The facts that were added to the partition lead to the heads that the journal has.
    void read_again(Partition partition) {
        std::map<domain::OrganizationId, ledger::Head> heads;
        const auto end = reached(partition).next;
        for (auto from = begins_[partition].next; from < end;) {
            const auto replay = journal_->replay(partition, from);
            for (const auto& entry : replay.entries) follow(heads, partition, entry);
            from = replay.through.next;
        }
        for (const auto& [organization, head] : heads) {
            if (head.hash == journal_->head(organization).hash) continue;
            throw infra::LedgerMismatch(
                "organization " + organization.to_string() + " is incomplete in the backup"
            );
        }
    }

    static void follow(
        std::map<domain::OrganizationId, ledger::Head>& heads,
        Partition partition,
        const LogEntry& fact
    ) {
        const auto link = ledger::read_chain_link(fact.value);
        if (link) {
            const auto [found, is_first] = heads.try_emplace(link->organization);
            const bool follows = is_first || link->prevhash == found->second.hash;
            found->second = {link->sequence, ledger::sha256(fact.value), {}};
            if (follows) return;
        }
        throw infra::LedgerMismatch(
            "the record that was written for " + where(partition, fact.position) +
            " is not the one that is read"
        );
    }

    const DataDir dir_;
    const std::string identity_;
    const Partition partitions_;
    std::unique_ptr<tables::Store> store_;
    std::unique_ptr<journal::Journal> journal_;
    std::vector<Checkpoint> begins_;  ///< By partition.
};

}  // namespace

std::unique_ptr<BackupTarget> open_ledger_copy(const DataDir& dir, const std::string& identity) {
    return std::make_unique<LedgerCopy>(dir, identity);
}

std::unique_ptr<BackupTarget> open_journal_copy(
    const DataDir& dir, const std::string& identity, Partition partitions
) {
    return std::make_unique<JournalCopy>(dir, identity, partitions);
}

}  // namespace consularia::node
