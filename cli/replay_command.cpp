#include "cli/replay_command.hpp"

#include "cli/build_alone.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/files.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/system_clock.hpp"
#include "ledger/log/as_of.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;

domain::Timestamp moment_of(const std::string& text, domain::Timestamp now) {
    if (text == "now") return now;
    const auto moment = domain::parse_datetime(text);
    if (!moment) throw node::UsageError("--as-of: \"" + text + "\" is no datetime.");
    if (*moment > now) throw node::UsageError("--as-of: " + text + " is still to come.");
    return *moment;
}

std::unique_ptr<node::LedgerBackend> choose_source(const ReplayOptions& options) {
    const auto& store = options.serve.store;
    if (options.from_data_dir.empty()) {
        if (store.ledger != "embedded") return node::choose_ledger(store);
        throw node::UsageError("Name what is replayed: --from-data-dir, or --ledger kafka:….");
    }
    const bool embedded = fs::exists(node::DataDir(options.from_data_dir).ledger());
    const auto side = (embedded ? "embedded:" : "journal:") + options.from_data_dir;
    return node::choose_side("--from-data-dir", side, store);
}

/// The secrets that the rows are made with, to be served with them.
std::string secrets_of(const ReplayOptions& options) {
    auto file = fs::path(options.serve.secrets_file);
    if (file.empty() && options.from_data_dir.empty()) {
        throw node::UsageError("--secrets-file must be named: the one of the topic's servers.");
    }
    if (file.empty()) file = node::DataDir(options.from_data_dir).secrets();
    std::ifstream in(file, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in || content.empty()) {
        throw ledger::StorageError("cannot read the secrets file " + file.string());
    }
    return content;
}

/// Counts what is read: once to know how much there is, then again to copy it.
struct Counted {
    std::atomic<std::uint64_t> total = 0;
    std::atomic<std::uint64_t> done = 0;
};

ledger::ForEachRecord counted(const node::LedgerBackend& source, Counted& count) {
    return [&source, &count, passes = std::make_shared<int>(0)](const auto& callback) {
        auto& counter = ++*passes == 1 ? count.total : count.done;
        source.for_each_record([&](ledger::Partition partition, const ledger::LogEntry& entry) {
            ++counter;
            callback(partition, entry);
        });
    };
}

/// Into a ledger with the same identity. Its positions are the same, too, if nothing is left out.
std::uint64_t copy_past(
    const node::LedgerBackend& source,
    const node::DataDir& dir,
    domain::Timestamp moment,
    node::StartProgress& progress
) {
    infra::rocks::create_copy_of_ledger(dir.ledger(), source.identity());
    const auto target = node::open_ledger(dir, node::StoreSettings{});
    const ledger::ForEachRecord copied = [&target](const auto& callback) {
        constexpr std::size_t kAtOnce = 1024;
        for (ledger::Position next = 0;;) {
            const auto entries = target->records()->read(0, next, kAtOnce);
            if (entries.empty()) return;
            for (const auto& entry : entries) callback(0, entry);
            next = entries.back().position + 1;
        }
    };
    Counted count;
    const node::StartStage stage(progress, "copying the facts", [&count] {
        return node::StartProgress::Measure{count.done, count.done == 0 ? 0 : count.total.load()};
    });
    const auto past = ledger::facts_until(counted(source, count), source.partitions(), moment);
    return ledger::copy_facts(past, source.partitions(), *target, copied).copied;
}

}  // namespace

void replay_ledger(const ReplayOptions& options) {
    const infra::SystemClock clock;
    const auto moment = moment_of(options.as_of, clock.now());
    const auto source = choose_source(options);
    const auto secrets = secrets_of(options);
    const node::DataDir dir(options.serve.store.data_dir);
    std::error_code error;
    if (fs::exists(dir.root(), error) && !fs::is_empty(dir.root(), error)) {
        throw node::UsageError(dir.root().string() + " must be a new directory.");
    }
    const Log log("warning");
    dir.create();
    const infra::DataDirLock lock(dir.root());
    infra::write_new_private_file(dir.unfinished_replay(), domain::format(moment) + "\n");
    infra::write_new_private_file(dir.secrets(), secrets);
    node::StartProgress progress(clock);
    std::uint64_t copied = 0;
    {
        const ProgressBar bar(progress);
        copied = copy_past(*source, dir, moment, progress);
        auto served = options.serve;
        served.store.ledger = "embedded";
        served.secrets_file.clear();
        build_alone(served, *node::choose_ledger(served.store), dir, progress);
    }
    infra::rename_durably(dir.unfinished_replay(), dir.replayed());
    std::cout << "replayed " << copied << " facts, up to " << domain::format(moment)
              << "; `consularia serve --read-only --data-dir " << dir.root().string()
              << "` serves them\n";
    finish_output();
}

}  // namespace consularia::cli
