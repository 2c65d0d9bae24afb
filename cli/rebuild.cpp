#include "cli/rebuild.hpp"

#include "cli/log.hpp"
#include "cli/progress_bar.hpp"
#include "infra/crypto/signed_links.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/rocks/read_store.hpp"
#include "infra/rocks/store.hpp"
#include "infra/system_clock.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/address.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/read_stores.hpp"
#include "node/record_codec.hpp"
#include "node/secrets.hpp"
#include "node/stores.hpp"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;
using node::StartProgress;
using std::chrono::milliseconds;

constexpr milliseconds kLook{200};
constexpr std::chrono::hours kNoLimit{24 * 365};
/// A server that has not begun by then does not know the request.
constexpr std::chrono::seconds kTakenUp{15};

/// What a stopped server's data directory needs to have its read store built again.
void rebuild_alone(
    const node::ServeOptions& options,
    const node::LedgerBackend& backend,
    const node::DataDir& dir,
    StartProgress& progress
) {
    const auto url = node::checked_public_url(options);
    const auto origin = node::origin_of(node::parse_address(options.listen));
    const auto secrets = node::open_secrets(dir, options.secrets_file);
    const infra::SignedLinks links(url.empty() ? origin : url, secrets.link_keys);
    const auto codec = node::make_record_codec(options, backend, secrets);
    const projections::RowInputs inputs{links, codec};
    auto settings = node::StoreSettings::of(options);
    settings.rebuild.before_serving = kNoLimit;
    const node::Stopping never = [] { return false; };
    const auto store = node::open_journal(dir, settings);
    journal::Journal journal(*store);
    std::unique_ptr<ledger::Ledger> ledger;
    if (backend.shared()) {
        journal.open({.identity = {}, .partitions = backend.partitions()});
    } else {
        ledger = node::open_ledger(dir, settings);
        journal.open({ledger->identity(), ledger->partitions(), ledger->records()});
        (void)node::read_ledger(journal, *ledger, progress, never);
    }
    const node::BuildContext context{dir, inputs, settings, journal};
    node::request_rebuild(node::settle_read_places(context).beside);
    const auto rebuilt = node::start_read_store(context, progress, never);
    rebuilt.store->flush();
}

/// The places of a running server, by what exists; nothing is locked.
node::ReadPlaces places_of(const node::DataDir& dir) {
    node::ReadPlaces places{dir.read_store(), dir.read_store_rebuilt()};
    if (!fs::exists(places.serving)) std::swap(places.serving, places.beside);
    return places;
}

/// Looks at the files beside the server, which may change while they are read.
std::uint64_t applied_in(const fs::path& place, ledger::Partition partitions) {
    std::uint64_t applied = 0;
    try {
        const auto found = infra::rocks::peek_read_store(place, partitions);
        if (!found) return 0;
        for (const auto& one : found->checkpoints) applied += one ? one->next : 0;
    } catch (const ledger::StorageError&) {
        return 0;
    }
    return applied;
}

/// Waits until the server has replaced its read store.
void rebuild_by_server(
    const node::LedgerBackend& backend, const node::DataDir& dir, StartProgress& progress
) {
    const auto places = places_of(dir);
    node::request_rebuild(places.beside);
    const auto partitions = backend.partitions();
    const node::StartStage stage(progress, "the server is rebuilding the read store", [&] {
        return StartProgress::Measure{
            applied_in(places.beside, partitions), applied_in(places.serving, partitions)};
    });
    const auto give_up_at = std::chrono::steady_clock::now() + kTakenUp;
    while (fs::exists(places.serving)) {
        std::this_thread::sleep_for(kLook);
        if (fs::is_empty(places.beside) && std::chrono::steady_clock::now() > give_up_at) {
            throw ledger::StorageError("the server has not begun to rebuild the read store");
        }
        if (!infra::DataDirLock::is_held(dir.root())) {
            throw ledger::StorageError(
                "the server has ended; its next start continues to rebuild the read store"
            );
        }
    }
}

}  // namespace

void rebuild_projections(const node::ServeOptions& options) {
    const auto backend = node::choose_ledger(options.store);
    (void)node::checked_public_url(options);
    (void)node::parse_address(options.listen);
    const Log log(options.log_level);
    const infra::SystemClock clock;
    const node::DataDir dir(options.store.data_dir);
    StartProgress progress(clock);
    const ProgressBar bar(progress);
    if (infra::DataDirLock::is_held(dir.root())) {
        rebuild_by_server(*backend, dir, progress);
    } else {
        const infra::DataDirLock lock(dir.root());
        rebuild_alone(options, *backend, dir, progress);
    }
    std::cout << "rebuilt the read store\n";
}

}  // namespace consularia::cli
