#pragma once
// The ledger and the read store of a data directory, opened together: each is the other's witness.

#include "infra/metrics/metrics.hpp"
#include "infra/rocks/check_options.hpp"
#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"
#include "node/options.hpp"
#include "node/start_progress.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace consularia::node {

struct StoreSettings {
    std::uint64_t min_free_bytes = 0;
    /// See infra::rocks::EmbeddedLedgerOptions.
    std::function<void(std::uint64_t available, std::uint64_t needed)> on_space;
    std::size_t cache_bytes = 0;
    std::chrono::microseconds idempotency_ttl{};
    infra::rocks::CheckOptions check_ledger;  ///< The record of checks is the one in the data
                                              ///< directory.
    infra::rocks::CheckOptions check_read_store;

    [[nodiscard]] static StoreSettings of(const ServeOptions& options);
};

/// Called from time to time: whether to give up.
using Stopping = std::function<bool()>;

struct Stores {
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<projections::ReadStore> read_store;
};

/// Opens the embedded ledger and its read store, or creates them. A read store that is damaged, or
/// was written by another schema version or under another public URL or link key, is rebuilt from
/// the ledger; it is null if the rebuild was stopped. Precondition: the caller holds the data
/// directory's lock. Throws StorageError, in particular if the ledger contradicts the read store's
/// checkpoint.
[[nodiscard]] Stores open_stores(
    const DataDir& dir,
    const projections::RowInputs& inputs,
    const StoreSettings& settings,
    StartProgress& progress,
    const Stopping& stopping
);

/// The read store alone, before its ledger can be reached. If open_stores() would rebuild it, it
/// starts empty instead.
[[nodiscard]] std::unique_ptr<projections::ReadStore> open_followed_read_store(
    const DataDir& dir, const projections::RowInputs& inputs, const StoreSettings& settings
);

/// The projector that applies the ledger to the read store; `metrics` may be null.
[[nodiscard]] std::unique_ptr<projections::Projector> make_projector(
    projections::ReadStore& store,
    const projections::RowInputs& inputs,
    const ledger::Ledger& ledger,
    std::chrono::microseconds idempotency_ttl,
    infra::Metrics* metrics
);

/// The ledger alone, compared with the read store's checkpoint.
[[nodiscard]] std::unique_ptr<ledger::Ledger> open_ledger(
    const DataDir& dir, const StoreSettings& settings
);

/// Builds the read store again from the ledger, beside the present one, then replaces that. Returns
/// false if it was stopped before.
[[nodiscard]] bool rebuild_read_store(
    const DataDir& dir,
    const projections::RowInputs& inputs,
    const StoreSettings& settings,
    ledger::Ledger& ledger,
    StartProgress& progress,
    const Stopping& stopping
);

}  // namespace consularia::node
