#pragma once
// The ledger and the journal of a data directory, and what the projector is made with. Journal and
// read store are the witnesses of the ledger.

#include "infra/metrics/metrics.hpp"
#include "infra/rocks/check_options.hpp"
#include "infra/rocks/store.hpp"
#include "journal/journal.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"
#include "node/limits.hpp"
#include "node/options.hpp"
#include "node/start_progress.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"
#include "tables/store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace consularia::node {

struct StoreSettings {
    std::uint64_t min_free_bytes = 0;
    /// See infra::rocks::EmbeddedLedgerOptions.
    std::function<void(std::uint64_t available, std::uint64_t needed)> on_space;
    std::size_t cache_bytes = 0;
    infra::rocks::BlockCache cache;  ///< The read stores have it in common; may be null.
    std::chrono::microseconds idempotency_ttl{};
    RebuildLimits rebuild;
    /// The records of checks are those in the data directory.
    infra::rocks::CheckOptions check_ledger;
    infra::rocks::CheckOptions check_journal;
    infra::rocks::CheckOptions check_read_store;

    [[nodiscard]] static StoreSettings of(const ServeOptions& options);
};

/// What the journal or a read store is opened with.
[[nodiscard]] infra::rocks::StoreOptions store_options(
    const StoreSettings& settings, const infra::rocks::CheckOptions& checks
);

/// With the file beside the store in which its checks are recorded.
[[nodiscard]] infra::rocks::CheckOptions checks_of(
    infra::rocks::CheckOptions checks, const std::filesystem::path& store
);

/// Called from time to time: whether to give up.
using Stopping = std::function<bool()>;

/// How far this node has read each partition, by its journal or its read store; empty where it has
/// read nothing. Changes no file, and works beside a running server. What is damaged is no witness.
using Witnesses = std::vector<std::optional<ledger::Checkpoint>>;
[[nodiscard]] Witnesses find_witnesses(const DataDir& dir, ledger::Partition partitions);

/// The same, if the journal and all read stores have read one ledger: where nothing compares each
/// of them with the ledger itself, as open_ledger() does. Otherwise throws LedgerMismatch.
[[nodiscard]] Witnesses find_witnesses_of_one_ledger(
    const DataDir& dir, ledger::Partition partitions
);

/// Whether this node has found a ledger before, and perhaps read it, in whichever partition. Like
/// find_witnesses().
[[nodiscard]] bool has_read_anything(const DataDir& dir);

/// The embedded ledger, compared with the journal and with every read store, however far each has
/// read. Precondition: the caller holds the data directory's lock. Throws StorageError, in
/// particular if the ledger contradicts one of them.
[[nodiscard]] std::unique_ptr<ledger::Ledger> open_ledger(
    const DataDir& dir, const StoreSettings& settings
);

/// The journal's store; a new one if there is none, or a damaged one. Precondition: the witnesses
/// have been found. Throws StorageError.
[[nodiscard]] std::unique_ptr<tables::Store> open_journal(
    const DataDir& dir, const StoreSettings& settings
);

/// Reads an embedded ledger into the journal up to its end, so that the two agree even if one of
/// them was lost. Returns false if it was stopped before.
[[nodiscard]] bool read_ledger(
    journal::Journal& journal,
    ledger::Ledger& ledger,
    StartProgress& progress,
    const Stopping& stopping
);

/// Brings the trees of a journal that an older version made, or continued, up to its heads. Returns
/// false if it was stopped before; the next time goes on there.
[[nodiscard]] bool complete_trees(
    tables::Store& store,
    const journal::Journal& journal,
    StartProgress& progress,
    const Stopping& stopping
);

struct ProjectorSettings {
    std::chrono::microseconds idempotency_ttl{};
    infra::Metrics* metrics = nullptr;  ///< May be null.
    /// What a void record is in the log: with many writing nodes normal, with one it is news.
    bool voids_are_normal = true;
};

/// The projector that applies the journal to the read store.
[[nodiscard]] std::unique_ptr<projections::Projector> make_projector(
    projections::ReadStore& store,
    journal::Journal& journal,
    const projections::RowInputs& inputs,
    const ProjectorSettings& settings
);

}  // namespace consularia::node
