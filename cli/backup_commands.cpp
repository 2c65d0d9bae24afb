#include "cli/backup_commands.hpp"

#include "cli/heads_json.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/verification.hpp"
#include "cli/witnesses.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/store.hpp"
#include "journal/contents.hpp"
#include "journal/journal.hpp"
#include "node/backup.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/restore.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace consularia::cli {

namespace {

using Heads = std::map<domain::OrganizationId, ledger::Head>;

/// Whether the path is the directory or leads into it. Either may be absent.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& directory) {
    auto at = std::filesystem::weakly_canonical(path);
    for (std::error_code error;; at = at.parent_path()) {
        if (std::filesystem::equivalent(at, directory, error)) return true;
        if (at == at.parent_path()) return false;
    }
}

infra::rocks::CheckOptions all_tables() {
    infra::rocks::CheckOptions checks;
    checks.at_start_bytes = std::numeric_limits<std::uint64_t>::max();
    return checks;
}

/// A backup is read as the kind of ledger that its form is.
std::unique_ptr<node::LedgerBackend> ledger_in(const node::DataDir& backup) {
    const bool has_ledger = std::filesystem::exists(backup.ledger());
    if (!has_ledger && !std::filesystem::exists(backup.journal())) {
        throw node::UsageError("There is no backup in " + backup.root().string() + ".");
    }
    return node::choose_side(
        "--from", (has_ledger ? "embedded:" : "journal:") + backup.root().string(), {}
    );
}

/// Everything that is in a backup, held against each other.
class BackupCheck {
  public:
    explicit BackupCheck(const node::DataDir& backup)
        : backup_(backup), source_(ledger_in(backup)), audit_(*source_) {}

    void run() {
        check_tables();
        source_->for_each_record([this](auto partition, const auto& entry) {
            take(partition, entry);
        });
        check_journal();
        if (auto fault = node::fault_in_secrets(backup_); !fault.empty()) {
            faults_.add(std::move(fault));
        }
        print_result(audit_, records_, faults_.count());
        std::cout << "ledger " << source_->identity();
        if (!newest_.empty()) std::cout << ", newest record of " << newest_;
        std::cout << "\n";
        finish_output();
        faults_.throw_if_any();
    }

  private:
    /// Throws StorageError.
    void check_tables() {
        const auto checks = all_tables();
        if (std::filesystem::exists(backup_.ledger())) {
            (void)infra::rocks::open_embedded_ledger_read_only(backup_.ledger(), &checks);
        }
        try {
            journal_ = infra::rocks::peek_store(backup_.journal(), journal::schema(), &checks);
        } catch (const infra::rocks::StoreDamaged& error) {
            return faults_.add(unfinished(error.what()));
        }
        if (!journal_) faults_.add(unfinished("it has no journal"));
    }

    void take(ledger::Partition partition, const ledger::LogEntry& entry) {
        ++records_;
        last_hash_ = ledger::sha256(entry.value);
        const auto taken = audit_.take(partition, entry);
        if (taken.fault) faults_.add(*taken.fault);
        if (!taken.fact) return;
        newest_ = std::max(newest_, time_in(entry.value));
    }

    void check_journal() {
        if (!journal_) return;
        if (std::filesystem::exists(backup_.ledger())) check_checkpoint();
        Heads heads;
        journal::for_each_head(*journal_, [&](auto organization, const auto& head) {
            heads[organization] = head;
        });
        for (const auto& [organization, head] : audit_.verifiers().front().heads()) {
            const auto found = heads.find(organization);
            const bool same = found != heads.end() && found->second.hash == head.hash;
            if (found != heads.end()) heads.erase(found);
            if (same || head.sequence == 0) continue;
            faults_.add(
                "The journal has another head of organization " + organization.to_string() + "."
            );
        }
        for (const auto& [organization, head] : heads) {
            faults_.add("The facts of organization " + organization.to_string() + " are missing.");
        }
    }

    void check_checkpoint() {
        const auto read = journal::read_checkpoint(*journal_, 0);
        const auto next = read ? read->next : 0;
        if (next < records_) {
            faults_.add(unfinished(
                "its journal ends at position " + std::to_string(next) + ", its ledger at " +
                std::to_string(records_)
            ));
        } else if (next > records_) {
            faults_.add(
                "The ledger ends at position " + std::to_string(records_) +
                ", but its journal has read it up to position " + std::to_string(next) +
                ": records are missing."
            );
        } else if (read && read->last_hash != last_hash_) {
            faults_.add("The last record is not the one that the journal has read.");
        }
    }

    [[nodiscard]] static std::string unfinished(const std::string& why) {
        return "The backup is not complete: " + why + ". Run `consularia backup` again.";
    }

    const node::DataDir backup_;
    const std::unique_ptr<node::LedgerBackend> source_;
    Audit audit_;
    Faults faults_;
    std::shared_ptr<const tables::Reader> journal_;
    std::uint64_t records_ = 0;
    ledger::Hash last_hash_{};
    std::string newest_;  ///< The time of the newest fact.
};

}  // namespace

void back_up(const BackupOptions& options) {
    if (options.to.empty()) throw node::UsageError("--to must name the backup's directory.");
    const auto source = node::choose_ledger(options.store);
    const Log log("warning");
    const node::DataDir data(options.store.data_dir);
    const node::DataDir to(options.to);
    if (is_within(to.root(), data.root())) {
        throw node::UsageError(
            "--to leads into the data directory: a backup has a directory of its own."
        );
    }
    const auto secrets = node::secrets_file_of(data, options.secrets_file);
    const auto result =
        node::back_up(*source, find_witnesses(options.store, *source).positions(), to);
    // Last, so that they are no older than what they belong to.
    node::back_up_secrets(secrets, to);
    std::cout << result.records << " records are in the backup, " << result.added
              << " of them new; every chain continues\n";
    finish_output();
}

void restore_backup(const BackupOptions& options) {
    const Log log("warning");
    constexpr std::size_t kMaxReasonBytes = 1000;
    if (options.reason.size() > kMaxReasonBytes) {
        throw node::UsageError("--reason may have at most 1000 bytes.");
    }
    const node::DataDir backup(options.from);
    (void)ledger_in(backup);  // which is to be there
    if (const auto fault = node::fault_in_secrets(backup); !fault.empty()) {
        throw std::runtime_error(fault);
    }
    const auto restored =
        node::restore(backup, node::DataDir(options.store.data_dir), options.force, options.reason);
    std::cout << "restored a ledger that ends at position " << restored.end << "\n";
    if (restored.replaced_end) {
        std::cout << "the one before reached to position " << *restored.replaced_end << "\n";
    }
    if (!restored.aside.empty()) {
        std::cout << "what was there is in " << restored.aside.string() << "\n";
    }
    finish_output();
}

void verify_backup(const BackupOptions& options) {
    const Log log("warning");
    BackupCheck(node::DataDir(options.from)).run();
}

}  // namespace consularia::cli
