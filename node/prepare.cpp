#include "node/prepare.hpp"

#include "infra/data_dir_lock.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/store.hpp"
#include "journal/contents.hpp"
#include "ledger/log/no_space_error.hpp"
#include "ledger/log/storage_error.hpp"
#include "node/building.hpp"
#include "node/read_stores.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <spdlog/spdlog.h>
#include <stop_token>

namespace consularia::node {

namespace {

/// How often to begin again if nothing is applied in between.
constexpr int kAttempts = 20;

std::unique_ptr<tables::Store> open_present_journal(const DataDir& dir) {
    auto store = infra::rocks::open_store_read_only(dir.journal(), journal::schema());
    if (!store) throw ledger::StorageError("there is no journal in " + dir.root().string());
    return store;
}

/// The journal of a server that runs, as it is at one moment.
class PresentJournal {
  public:
    PresentJournal(const DataDir& dir, const LedgerBackend& backend)
        : store_(open_present_journal(dir)), journal_(*store_) {
        if (backend.shared()) {
            const auto read = journal::find_checkpoint(*store_->snapshot());
            journal_.open({read ? read->ledger_identity : "", backend.partitions()});
            return;
        }
        // Opened after the journal, it has all that the journal has read.
        ledger_ = infra::rocks::open_embedded_ledger_read_only(dir.ledger());
        journal_.open({ledger_->identity(), ledger_->partitions(), ledger_->records()});
        if (ledger_->end(0) >= journal_.next_position(0)) return;
        throw ledger::StorageError("the ledger lacks what the journal has read");
    }

    [[nodiscard]] journal::Journal& get() { return journal_; }

  private:
    const std::unique_ptr<tables::Store> store_;
    std::unique_ptr<ledger::Ledger> ledger_;  ///< Null if the journal has the bytes of all facts.
    journal::Journal journal_;
};

/// Applies what the journal has at this moment. Returns how many records that were.
std::uint64_t apply_present(Building& building, StartProgress& progress) {
    const std::stop_token never;
    (void)building.thaw(progress, never);
    const auto [done, total] = building.done();
    spdlog::info(
        "preparing the read store: {} of {} records of the journal are applied", done, total
    );
    const StartStage stage(progress, "preparing the read store", [&] { return building.done(); });
    (void)building.approach(never);
    building.finish();
    return total - done;
}

}  // namespace

bool prepare_read_store(
    const DataDir& dir,
    const LedgerBackend& backend,
    const projections::RowInputs& inputs,
    StoreSettings settings,
    StartProgress& progress
) {
    constexpr auto kUnbounded = std::numeric_limits<std::uint64_t>::max();
    if (has_readable_store(dir, backend.partitions(), inputs)) return false;
    const DataDir prepared = dir.prepared();
    prepared.create();
    const infra::DataDirLock lock(prepared.root());
    std::uint64_t applied = 0;
    int failures = 0;
    for (auto before = kUnbounded;;) {
        try {
            PresentJournal journal(dir, backend);
            const BuildContext context{prepared, inputs, settings, journal.get()};
            clear_for_rebuild(prepared.read_store(), context);
            Building building(prepared.read_store(), context);
            const auto done = building.done().done;
            if (done > applied) failures = 0;
            applied = done;
            const auto gap = apply_present(building, progress);
            const bool closer = gap <= before / 2;
            const bool bounded = settings.rebuild.bytes_per_s != kUnbounded;
            if (gap <= Building::kSmallGap || !(closer || bounded)) return true;
            if (!closer) settings.rebuild.bytes_per_s = kUnbounded;
            before = gap;
        } catch (const ledger::NoSpaceError&) {
            throw;
        } catch (const ledger::StorageError& error) {
            // The server removes files whose rows it has moved into others.
            if (++failures == kAttempts) throw;
            spdlog::info("the journal is opened again: {}", error.what());
        }
    }
}

}  // namespace consularia::node
