// `consularia ledger copy`.

#include "cli/ledger_commands.hpp"
#include "cli/output.hpp"
#include "infra/data_dir_lock.hpp"
#include "ledger/log/copier.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/data_dir.hpp"
#include "node/ledgers.hpp"
#include "node/log.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

namespace consularia::cli {

namespace {

constexpr std::string_view kEmbedded = "embedded:";
constexpr std::chrono::milliseconds kAskAgain{200};

/// One side of a copy, as the options of a server on it.
node::StoreOptions parse_side(
    const std::string& option, const std::string& text, node::StoreOptions side
) {
    if (text.starts_with(kEmbedded) && text.size() > kEmbedded.size()) {
        side.ledger = "embedded";
        side.data_dir = text.substr(kEmbedded.size());
        return side;
    }
    side.ledger = text;
    if (text != "embedded" && text.starts_with("kafka:") && node::is_kafka(side)) return side;
    throw node::UsageError(
        option + " must be embedded:DIR or kafka:HOST:PORT,… and not \"" + text + "\"."
    );
}

/// Each reading reaches at least as far as the one before.
ledger::ForEachRecord records_of(const node::StoreOptions& side) {
    const auto read = std::make_shared<std::vector<ledger::Position>>(node::partitions_of(side), 0);
    return [side, read](const auto& callback) {
        const auto note = [&](ledger::Partition partition, const ledger::LogEntry& entry) {
            read->at(partition) = std::max(read->at(partition), entry.position + 1);
            callback(partition, entry);
        };
        node::for_each_record(side, note, std::vector(*read));
    };
}

/// A ledger to append to, and the objects that must be held during that.
struct Target {
    std::unique_ptr<infra::DataDirLock> lock;
    std::unique_ptr<ledger::Ledger> ledger;
};

Target open_target(const node::StoreOptions& side) {
    Target target;
    if (node::is_kafka(side)) {
        target.ledger = infra::kafka::open_ledger(node::kafka_options(side));
        return target;
    }
    const node::DataDir dir(side.data_dir);
    dir.create();
    target.lock = std::make_unique<infra::DataDirLock>(dir.root());
    target.ledger = node::open_ledger(dir, node::StoreSettings{});
    return target;
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
ledger::ForEachRecord records_of(const node::StoreOptions& side, ledger::Ledger& ledger) {
    return [side, &ledger](const auto& callback) {
        node::for_each_record(side, callback, ends_of(ledger, side.doubt_timeout));
    };
}

}  // namespace

void copy_ledger(const CopyOptions& options) {
    const auto from = parse_side("--from", options.from, options.kafka);
    const auto to = parse_side("--to", options.to, options.kafka);
    if (options.from == options.to) throw node::UsageError("--from and --to are the same ledger.");
    const node::Log log("warning");
    const auto target = open_target(to);
    const auto result = ledger::copy_facts(
        records_of(from), node::partitions_of(from), *target.ledger, records_of(to, *target.ledger)
    );
    std::cout << "copied " << result.copied << " facts, " << result.present
              << " were there before; " << result.organizations
              << " organizations, every head is the same\n";
    finish_output();
}

}  // namespace consularia::cli
