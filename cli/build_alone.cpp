#include "cli/build_alone.hpp"

#include "infra/crypto/crypto.hpp"
#include "journal/journal.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/address.hpp"
#include "node/read_stores.hpp"
#include "node/record_codec.hpp"
#include "node/secrets.hpp"
#include "node/server_options.hpp"
#include "node/stores.hpp"

#include <chrono>
#include <filesystem>
#include <memory>

namespace consularia::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kNoLimit{24 * 365};

/// The identity of the one log that was read; empty if none was.
std::string identity_of(const node::DataDir& dir, ledger::Partition partitions) {
    for (const auto& witness : node::find_witnesses_of_one_ledger(dir, partitions)) {
        if (witness) return witness->ledger_identity;
    }
    return "";
}

}  // namespace

OwnInputs::OwnInputs(
    const node::ServeOptions& options, const node::LedgerBackend& backend, const node::DataDir& dir
)
    : url_(node::checked_public_url(options)),
      secrets_(node::open_secrets(dir, options.secrets_file)),
      links_(
          url_.empty() ? node::origin_of(node::parse_address(options.listen)) : url_,
          secrets_.link_keys
      ),
      codec_(node::make_record_codec(options, backend, secrets_)) {}

void build_alone(
    const node::ServeOptions& options,
    const node::LedgerBackend& backend,
    const node::DataDir& dir,
    node::StartProgress& progress
) {
    const OwnInputs own(options, backend, dir);
    const auto inputs = own.get();
    auto settings = node::StoreSettings::of(options);
    settings.rebuild.before_serving = kNoLimit;
    const node::Stopping never = [] { return false; };
    const auto identity = backend.shared() ? identity_of(dir, backend.partitions()) : "";
    const auto store = node::open_journal(dir, settings);
    journal::Journal journal(*store);
    std::unique_ptr<ledger::Ledger> ledger;
    if (backend.shared()) {
        journal.open({identity, backend.partitions()});
    } else {
        ledger = node::open_ledger(dir, settings);
        journal.open({ledger->identity(), ledger->partitions(), ledger->records()});
        (void)node::read_ledger(journal, *ledger, progress, never);
    }
    const node::BuildContext context{dir, inputs, settings, journal};
    const auto places = node::settle_read_places(context);
    if (fs::exists(places.serving)) node::request_rebuild(places.beside);
    const auto rebuilt = node::start_read_store(context, progress, never);
    rebuilt.store->flush();
    if (!fs::exists(rebuilt.places.beside)) return;
    throw ledger::StorageError(
        "the read store was not rebuilt: there was no space for it, or the journal lacks what the "
        "read store has, and a start reads it again"
    );
}

}  // namespace consularia::cli
