#include "node/read_stores.hpp"

#include "infra/data_dir_lock.hpp"
#include "infra/files.hpp"
#include "infra/rocks/read_store.hpp"
#include "infra/rocks/store.hpp"
#include "ledger/log/no_space_error.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/vocabulary.hpp"
#include "node/thaw.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <spdlog/spdlog.h>
#include <system_error>
#include <utility>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What is in a place that this binary can use.
struct Usable {
    std::uint64_t applied = 0;  ///< See ReadStoreState.
    bool present = false;       ///< Whether its rows are made from the present inputs.

    friend auto operator<=>(const Usable&, const Usable&) = default;
};

/// Whether the rows of a store with this fingerprint are made from the present options.
bool is_present(const std::string& fingerprint, const BuildContext& context) {
    return fingerprint.empty() ||
           fingerprint == projections::expected_fingerprint(
                              context.inputs.links, context.settings.idempotency_ttl
                          );
}

/// Whether this binary knows everything that is in the store's rows, and they lack nothing that it
/// knows.
bool is_readable(const infra::rocks::ReadStoreState& found, const projections::RowInputs& inputs) {
    if (found.fingerprint.empty()) return true;
    const auto vocabulary = ledger::vocabulary_of(inputs.codec);
    const auto is_known = [&](const std::string& type) {
        return std::ranges::find(vocabulary, type) != vocabulary.end();
    };
    return projections::has_present_form(found.fingerprint) &&
           ledger::covers(vocabulary, found.vocabulary) &&
           std::ranges::none_of(found.skipped, is_known);
}

struct Found {
    std::optional<Usable> usable;  ///< Empty if there is no store, or none that can be used.
    bool damaged = false;
};

Found look_at(const fs::path& place, const BuildContext& context) {
    const auto checks = checks_of(context.settings.check_read_store, place);
    const auto partitions = context.journal.log().partitions;
    try {
        const auto found = infra::rocks::peek_read_store(place, partitions, &checks);
        if (!found) return {};
        if (!is_readable(*found, context.inputs)) {
            spdlog::info("the read store in {} has a different form", place.string());
            return {};
        }
        return {Usable{found->applied(), is_present(found->fingerprint, context)}};
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::warn("the read store is damaged and will be rebuilt: {}", error.what());
        return {.usable = {}, .damaged = true};
    }
}

/// Precondition: it is not open.
void remove_place(const fs::path& place) {
    if (!infra::rocks::remove_store(place)) {
        throw ledger::StorageError(place.string() + " cannot be removed: it is open");
    }
    infra::remove_tree(checks_of({}, place).record);
}

/// How much the store in the place has applied, if the journal has not read as far; otherwise 0.
std::uint64_t unread_in(const fs::path& place, const journal::Journal& journal) {
    const auto partitions = journal.log().partitions;
    try {
        const auto found = infra::rocks::peek_read_store(place, partitions);
        for (ledger::Partition partition = 0; found && partition < partitions; ++partition) {
            const auto& applied = found->checkpoints.at(partition);
            if (applied && applied->next > journal.next_position(partition)) {
                return found->applied();
            }
        }
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::warn("{} cannot be a witness of the ledger: {}", place.string(), error.what());
    }
    return 0;
}

/// Removes a store that will not be used. But while the journal has not read as far, which can only
/// be on Kafka, the store is the only witness of the ledger: then it is kept as that.
void give_up(const fs::path& place, const BuildContext& context) {
    const auto witness = context.dir.read_store_as_witness();
    if (unread_in(place, context.journal) <= unread_in(witness, context.journal)) {
        return remove_place(place);
    }
    remove_place(witness);
    infra::rename_durably(place, witness);
    infra::remove_tree(checks_of({}, place).record);
    spdlog::info("the read store in {} stays until the ledger is read again", witness.string());
}

/// Whether the store has applied nothing but what the journal has read: the data directory may have
/// got another ledger since it was prepared.
bool is_of_journal(const fs::path& place, const journal::Journal& journal) {
    const auto& log = journal.log();
    const auto found = infra::rocks::peek_read_store(place, log.partitions);
    for (ledger::Partition partition = 0; partition < log.partitions; ++partition) {
        const auto& applied = found->checkpoints[partition];
        if (!applied || applied->next == 0) continue;
        if (applied->ledger_identity != log.identity ||
            applied->next > journal.next_position(partition)) {
            return false;
        }
        if (log.records == nullptr) continue;
        const auto last = log.records->read(partition, applied->next - 1, 1);
        if (last.empty() || ledger::sha256(last.front().value) != applied->last_hash) return false;
    }
    return true;
}

/// Puts the store that was prepared for this version into the place if it surpasses the one that is
/// there. One for another version stays where it is.
void take_prepared(
    const fs::path& place, std::optional<Usable>& present, const BuildContext& context
) {
    const DataDir prepared = context.dir.prepared();
    if (!fs::exists(prepared.read_store())) return;
    if (infra::DataDirLock::is_held(prepared.root())) {
        spdlog::warn("the prepared read store is not used: `projections prepare` has not ended");
        return;
    }
    const infra::DataDirLock lock(prepared.root());
    const auto found = look_at(prepared.read_store(), context).usable;
    if (!found) return;
    if (!found->present) {
        // Its links may be ones that no server ever gave out.
        spdlog::warn("the prepared read store is not used: it was made with other options");
    } else if (found > present && is_of_journal(prepared.read_store(), context.journal)) {
        give_up(place, context);
        infra::rename_durably(prepared.read_store(), place);
        present = found;
        spdlog::info("the prepared read store is used: it has applied {} records", found->applied);
    }
    infra::remove_tree(prepared.root());
}

/// Removes what is in the other place, unless a rebuild can continue it. A request stays, also that
/// for a store which is damaged.
void keep_if_present(const fs::path& beside, const Found& found, const BuildContext& context) {
    if ((found.usable && found.usable->present) || is_request(beside)) return;
    give_up(beside, context);
    if (found.damaged) request_rebuild(beside);
}

/// Builds a new read store, within the time that a start has for it, and returns it if it can take
/// the place of this one.
std::unique_ptr<projections::ReadStore> build_at_once(
    const fs::path& place,
    const projections::ReadStore& present,
    const BuildContext& context,
    StartProgress& progress,
    const Stopping& stopping
) {
    const auto deadline = Clock::now() + context.settings.rebuild.before_serving;
    const auto stop = [&] {
        expect_space_to_rebuild(place, context.settings);
        return stopping() || Clock::now() >= deadline;
    };
    try {
        request_rebuild(place);
        auto store = open_read_store(place, context.settings);
        const bool complete = apply_journal(*store, context, progress, stop) &&
                              reaches(*store->snapshot(), *present.snapshot(), context.journal);
        return complete ? std::move(store) : nullptr;
    } catch (const ledger::StorageError& error) {
        spdlog::error("the read store cannot be rebuilt at the start: {}", error.what());
        return nullptr;
    }
}

}  // namespace

bool has_readable_store(
    const DataDir& dir, ledger::Partition partitions, const projections::RowInputs& inputs
) {
    return std::ranges::any_of(
        std::array{dir.read_store(), dir.read_store_rebuilt()},
        [&](const fs::path& place) {
            const auto found = infra::rocks::peek_read_store(place, partitions);
            return found && !found->fingerprint.empty() && is_readable(*found, inputs);
        }
    );
}

ReadPlaces settle_read_places(const BuildContext& context) {
    ReadPlaces places{context.dir.read_store(), context.dir.read_store_rebuilt()};
    auto serving = look_at(places.serving, context);
    auto beside = look_at(places.beside, context);
    if (beside.usable > serving.usable) {
        std::swap(serving, beside);
        std::swap(places.serving, places.beside);
    }
    take_prepared(places.serving, serving.usable, context);
    if (!serving.usable) give_up(places.serving, context);
    keep_if_present(places.beside, beside, context);
    const auto witness = context.dir.read_store_as_witness();
    if (unread_in(witness, context.journal) == 0) remove_place(witness);
    return places;
}

bool reaches(
    const tables::Reader& built, const tables::Reader& serving, const journal::Journal& journal
) {
    for (ledger::Partition partition = 0; partition < journal.log().partitions; ++partition) {
        const auto wanted = projections::read_checkpoint(serving, partition);
        const auto reached = projections::read_checkpoint(built, partition);
        if (wanted && (!reached || reached->next < wanted->next)) return false;
    }
    return true;
}

void expect_space_to_rebuild(const fs::path& place, const StoreSettings& settings) {
    if (infra::available_bytes(place) >= 2 * settings.min_free_bytes) return;
    throw ledger::NoSpaceError("there is no space to rebuild the read store in " + place.string());
}

void clear_for_rebuild(const fs::path& beside, const BuildContext& context) {
    keep_if_present(beside, look_at(beside, context), context);
    request_rebuild(beside);
}

std::unique_ptr<projections::ReadStore> open_read_store(
    const fs::path& place, const StoreSettings& settings
) {
    auto options = store_options(settings, checks_of(settings.check_read_store, place));
    options.block_cache = settings.cache;
    return infra::rocks::open_read_store(place, options);
}

bool is_request(const fs::path& place) {
    std::error_code error;
    return fs::is_empty(place, error) && !error;
}

void request_rebuild(const fs::path& beside) {
    std::error_code error;
    fs::create_directory(beside, error);
    if (!error) return;
    const auto sentence = "cannot create " + beside.string() + ": " + error.message();
    if (error == std::errc::no_space_on_device) throw ledger::NoSpaceError(sentence);
    throw ledger::StorageError(sentence);
}

projections::ProjectorOptions build_options(const StoreSettings& settings) {
    projections::ProjectorOptions options;
    options.idempotency_ttl = settings.idempotency_ttl;
    return options;
}

StartProgress::Measure measure(
    const projections::Projector& projector, const journal::Journal& journal
) {
    StartProgress::Measure sum;
    for (ledger::Partition partition = 0; partition < journal.log().partitions; ++partition) {
        sum.done += projector.next_position(partition);
        sum.total += journal.next_position(partition);
    }
    return sum;
}

bool apply_journal(
    projections::ReadStore& store,
    const BuildContext& context,
    StartProgress& progress,
    const Stopping& stopping
) {
    const auto options = build_options(context.settings);
    if (!thaw(store, context.journal, context.inputs, options, progress, stopping)) return false;
    projections::Projector projector(store, context.journal, context.inputs, options);
    const auto [done, total] = measure(projector, context.journal);
    if (done == total) return true;
    const StartStage stage(
        progress,
        done == 0 ? "rebuilding the read store" : "applying the journal to the read store",
        [&] { return measure(projector, context.journal); }
    );
    for (ledger::Partition partition = 0; partition < context.journal.log().partitions;
         ++partition) {
        do {
            if (stopping()) return false;
        } while (projector.catch_up(partition) > 0);
    }
    store.flush();
    spdlog::info("applied {} records of the journal to the read store", total - done);
    return true;
}

ReadStoreAtStart start_read_store(
    const BuildContext& context, StartProgress& progress, const Stopping& stopping
) {
    progress.begin("checking the read store");
    auto places = settle_read_places(context);
    progress.begin("opening the read store");
    auto store = open_read_store(places.serving, context.settings);
    if (!apply_journal(*store, context, progress, stopping)) return {};
    const bool present = is_present(projections::read_fingerprint(*store->snapshot()), context);
    if (present && !fs::exists(places.beside)) return {std::move(store), places};
    if (!present) spdlog::info("the read store was made from other options and will be rebuilt");
    if (auto built = build_at_once(places.beside, *store, context, progress, stopping)) {
        projections::retire(*store);
        store->flush();
        store = std::move(built);
        std::swap(places.serving, places.beside);
        remove_place(places.beside);
    }
    if (stopping()) return {};
    return {std::move(store), places};
}

}  // namespace consularia::node
