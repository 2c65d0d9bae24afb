#pragma once
// The read store of a data directory, and the one that is built beside it from the journal.

#include "node/data_dir.hpp"
#include "node/start_progress.hpp"
#include "node/stores.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace consularia::node {

/// Two directories can hold a read store: one serves; in the other a new one may be built, which
/// then serves instead. The existence of the other directory, even empty, is the request for that.
struct ReadPlaces {
    std::filesystem::path serving;
    std::filesystem::path beside;
};

/// What a read store is built from. All of it outlives the building.
struct BuildContext {
    const DataDir& dir;
    const projections::RowInputs& inputs;
    const StoreSettings& settings;
    journal::Journal& journal;
};

/// Whether one of the two holds a store that this version can serve as it is. Changes no file, and
/// works beside a running server. Throws StorageError.
[[nodiscard]] bool has_readable_store(
    const DataDir& dir, ledger::Partition partitions, const projections::RowInputs& inputs
);

/// Decides which of the two serves, by what is in them: the one that has applied more, and of equal
/// ones the one whose rows are made from the present inputs. A store that was prepared for this
/// version (node/prepare.hpp) takes the place of one that it surpasses. Removes what no start can
/// use, so that the other one is a store with the present inputs, or a mere request. Precondition:
/// neither is open. Throws StorageError.
[[nodiscard]] ReadPlaces settle_read_places(const BuildContext& context);

/// Throws StorageError.
[[nodiscard]] std::unique_ptr<projections::ReadStore> open_read_store(
    const std::filesystem::path& place, const StoreSettings& settings
);

/// Whether the place is an empty directory: nothing but the request.
[[nodiscard]] bool is_request(const std::filesystem::path& place);

/// Asks for a new read store beside the one that serves. Throws StorageError.
void request_rebuild(const std::filesystem::path& beside);

/// Whether the first has applied as much as the second, in every partition.
[[nodiscard]] bool reaches(
    const tables::Reader& built, const tables::Reader& serving, const journal::Journal& journal
);

/// Throws NoSpaceError unless twice the space is free that is kept free: a rebuild must not take
/// the last that records need.
void expect_space_to_rebuild(const std::filesystem::path& place, const StoreSettings& settings);

/// Leaves nothing in the place but what a rebuild can continue. Precondition: it is not open.
/// Throws StorageError.
void clear_for_rebuild(const std::filesystem::path& beside, const BuildContext& context);

/// For a projector that builds a store which nobody reads yet: it reports nothing.
[[nodiscard]] projections::ProjectorOptions build_options(const StoreSettings& settings);

/// Applies everything that the journal has and the store lacks, beginning with what another version
/// could not apply. Returns false if it was stopped before. Throws StorageError.
[[nodiscard]] bool apply_journal(
    projections::ReadStore& store,
    const BuildContext& context,
    StartProgress& progress,
    const Stopping& stopping
);

/// How much of the journal a read store has applied.
[[nodiscard]] StartProgress::Measure measure(
    const projections::Projector& projector, const journal::Journal& journal
);

struct ReadStoreAtStart {
    std::unique_ptr<projections::ReadStore> store;  ///< Null if the start was stopped.
    ReadPlaces places;
};

/// The read store that serves, up to date with the journal. One whose form this binary cannot read
/// is built again first. One that was made from other inputs (public URL, link key, time to live)
/// is built again if that takes less than RebuildLimits::before_serving; otherwise it serves, and
/// the other one remains to be built. Throws StorageError.
[[nodiscard]] ReadStoreAtStart start_read_store(
    const BuildContext& context, StartProgress& progress, const Stopping& stopping
);

}  // namespace consularia::node
