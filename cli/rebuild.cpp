#include "cli/rebuild.hpp"

#include "cli/log.hpp"
#include "infra/crypto/signed_links.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/system_clock.hpp"
#include "node/address.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/record_codec.hpp"
#include "node/secrets.hpp"
#include "node/stores.hpp"
#include "node/usage_error.hpp"

#include <chrono>
#include <iostream>

namespace consularia::cli {

namespace {

constexpr std::chrono::milliseconds kLogEvery{5000};

}  // namespace

void rebuild_projections(const node::ServeOptions& options) {
    const auto backend = node::choose_ledger(options.store);
    if (backend->shared()) {
        throw node::UsageError(
            "On " + backend->name() + " a read store is rebuilt by removing " +
            options.store.data_dir + "/read and starting the node."
        );
    }
    const auto origin = node::origin_of(node::parse_address(options.listen));
    const auto public_url = node::checked_public_url(options);
    const Log log(options.log_level);
    const infra::SystemClock clock;
    const node::DataDir dir(options.store.data_dir);
    const infra::DataDirLock lock(dir.root());
    const auto secrets = node::open_secrets(dir, options.secrets_file);
    const infra::SignedLinks links(public_url.empty() ? origin : public_url, secrets.link_keys);
    const auto codec = node::make_record_codec(options, *backend, secrets);
    const auto settings = node::StoreSettings::of(options);
    const auto ledger = node::open_ledger(dir, settings);
    const auto store = node::open_journal(dir, settings);
    journal::Journal journal(*store);
    journal.open({ledger->identity(), ledger->partitions(), ledger->records()});
    node::StartProgress progress(clock);
    const node::ProgressLog progress_log(progress, kLogEvery);
    const node::Stopping never = [] { return false; };
    (void)node::read_ledger(journal, *ledger, progress, never);
    (void)node::rebuild_read_store(dir, {links, codec}, settings, journal, progress, never);
    std::cout << "rebuilt the read store from " << ledger->ends().at(0) << " records\n";
}

}  // namespace consularia::cli
