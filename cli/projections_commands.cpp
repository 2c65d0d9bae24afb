#include "cli/projections_commands.hpp"

#include "cli/build_alone.hpp"
#include "cli/log.hpp"
#include "cli/progress_bar.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/rocks/read_store.hpp"
#include "infra/rocks/store.hpp"
#include "infra/system_clock.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/address.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/prepare.hpp"
#include "node/read_stores.hpp"
#include "node/record_codec.hpp"
#include "node/secrets.hpp"
#include "node/stores.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;
using node::StartProgress;
using std::chrono::milliseconds;

constexpr milliseconds kLook{200};
/// When to stop waiting for a server that has not begun: it may be of an older version.
constexpr std::chrono::seconds kTakenUp{30};

/// Looks at the files beside the server, which may change while they are read.
std::uint64_t applied_in(const fs::path& place, ledger::Partition partitions) {
    try {
        const auto found = infra::rocks::peek_read_store(place, partitions);
        return found ? found->applied() : 0;
    } catch (const ledger::StorageError&) {
        return 0;
    }
}

/// Waits until `condition` holds. Throws StorageError if the server ends before.
void await_server(const node::DataDir& dir, const std::function<bool()>& condition) {
    while (!condition()) {
        std::this_thread::sleep_for(kLook);
        if (infra::DataDirLock::is_held(dir.root())) continue;
        throw ledger::StorageError(
            "the server has ended; its next start continues to rebuild the read store"
        );
    }
}

/// Waits until the server has replaced its read store, which leaves one of the two places.
void rebuild_by_server(
    const node::LedgerBackend& backend, const node::DataDir& dir, StartProgress& progress
) {
    const std::array places{dir.read_store(), dir.read_store_rebuilt()};
    const auto one_is_left = [&] { return fs::exists(places[0]) != fs::exists(places[1]); };
    progress.begin("waiting until the server has a read store, and is not rebuilding it already");
    await_server(dir, one_is_left);
    for (const auto& place : places) node::request_rebuild(place);
    const node::StartStage stage(progress, "the server is rebuilding the read store", [&] {
        const auto [built, serving] = std::minmax(
            {applied_in(places[0], backend.partitions()),
             applied_in(places[1], backend.partitions())}
        );
        return StartProgress::Measure{built, serving};
    });
    const auto give_up_at = std::chrono::steady_clock::now() + kTakenUp;
    await_server(dir, [&] {
        if (std::chrono::steady_clock::now() > give_up_at &&
            std::ranges::any_of(places, node::is_request)) {
            throw ledger::StorageError(
                "the server has not begun to rebuild the read store yet; it does when it can"
            );
        }
        return one_is_left();
    });
}

/// Throws StorageError if no server has kept anything there.
void expect_data(const node::DataDir& dir) {
    const auto exists = [](const fs::path& place) { return fs::exists(place); };
    if (exists(dir.journal()) || exists(dir.ledger())) return;
    if (std::ranges::any_of(dir.read_stores(), exists)) return;
    throw ledger::StorageError("there is neither a ledger nor a journal in " + dir.root().string());
}

}  // namespace

void rebuild_projections(const node::ServeOptions& options) {
    const auto backend = node::choose_ledger(options.store);
    (void)node::checked_public_url(options);
    (void)node::parse_address(options.listen);
    const Log log(options.log_level);
    const infra::SystemClock clock;
    const node::DataDir dir(options.store.data_dir);
    dir.expect_to_own();
    expect_data(dir);
    StartProgress progress(clock);
    const ProgressBar bar(progress);
    if (infra::DataDirLock::is_held(dir.root())) {
        rebuild_by_server(*backend, dir, progress);
    } else {
        const infra::DataDirLock lock(dir.root());
        dir.expect_restored();
        build_alone(options, *backend, dir, progress);
    }
    std::cout << "rebuilt the read store\n";
}

void prepare_projections(const node::ServeOptions& options) {
    const auto backend = node::choose_ledger(options.store);
    const Log log(options.log_level);
    const infra::SystemClock clock;
    const node::DataDir dir(options.store.data_dir);
    dir.expect_to_own();
    dir.expect_restored();
    if (!fs::exists(dir.journal())) {
        throw ledger::StorageError("there is no journal in " + dir.root().string());
    }
    const OwnInputs own(options, *backend, dir);
    StartProgress progress(clock);
    const ProgressBar bar(progress);
    const bool prepared = node::prepare_read_store(
        dir, *backend, own.get(), node::StoreSettings::of(options), progress
    );
    std::cout
        << (prepared ? "prepared the read store, which the next start of this version uses\n"
                     : "there is nothing to prepare: the read store has this version's form\n");
}

}  // namespace consularia::cli
