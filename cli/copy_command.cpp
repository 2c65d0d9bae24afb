// `consularia ledger copy`.

#include "cli/ledger_commands.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "ledger/log/copier.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/ledger_backend.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

namespace consularia::cli {

namespace {

constexpr std::chrono::milliseconds kAskAgain{200};

/// Each reading reaches at least as far as the one before.
ledger::ForEachRecord records_of(const node::LedgerBackend& side) {
    const auto read = std::make_shared<std::vector<ledger::Position>>(side.partitions(), 0);
    return [&side, read](const auto& callback) {
        const auto note = [&](ledger::Partition partition, const ledger::LogEntry& entry) {
            read->at(partition) = std::max(read->at(partition), entry.position + 1);
            callback(partition, entry);
        };
        side.for_each_record(note, std::vector(*read));
    };
}

/// Brokers that report less than was appended are asked again.
std::vector<ledger::Position> ends_of(ledger::Ledger& ledger, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            return ledger.ends();
        } catch (const ledger::StorageError&) {
            if (std::chrono::steady_clock::now() >= deadline) throw;
        }
        std::this_thread::sleep_for(kAskAgain);
    }
}

/// Includes what was appended to the target.
ledger::ForEachRecord records_of(
    const node::LedgerBackend& side, ledger::Ledger& ledger, std::chrono::milliseconds patience
) {
    return [&side, &ledger, patience](const auto& callback) {
        side.for_each_record(callback, ends_of(ledger, patience));
    };
}

}  // namespace

void copy_ledger(const CopyOptions& options) {
    const auto from = node::choose_side("--from", options.from, options.store);
    const auto to = node::choose_side("--to", options.to, options.store);
    if (options.from == options.to) throw node::UsageError("--from and --to are the same ledger.");
    const Log log("warning");
    const auto target = to->open_alone();
    const auto result = ledger::copy_facts(
        records_of(*from),
        from->partitions(),
        *target.ledger,
        records_of(*to, *target.ledger, options.store.doubt_timeout)
    );
    std::cout << "copied " << result.copied << " facts, " << result.present
              << " were there before; " << result.organizations
              << " organizations, every head is the same\n";
    finish_output();
}

}  // namespace consularia::cli
