#include "node/read_stores.hpp"

#include "infra/files.hpp"
#include "infra/rocks/read_store.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/vocabulary.hpp"
#include "node/thaw.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <spdlog/spdlog.h>
#include <system_error>
#include <utility>
#include <vector>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What is in a place that this binary can use.
struct Usable {
    std::uint64_t applied = 0;  ///< The sum of the positions of all partitions.
    bool present = false;       ///< Whether its rows are made from the present inputs.

    friend auto operator<=>(const Usable&, const Usable&) = default;
};

/// Whether a store with these contents is as the present binary and options would make it.
bool is_present(
    const std::string& fingerprint,
    const std::vector<std::string>& skipped,
    const BuildContext& context
) {
    if (fingerprint.empty()) return true;  // There are no rows.
    const auto vocabulary = ledger::vocabulary_of(context.inputs.codec);
    const auto is_known = [&](const std::string& type) {
        return std::ranges::find(vocabulary, type) != vocabulary.end();
    };
    const auto expected =
        projections::expected_fingerprint(context.inputs.links, context.settings.idempotency_ttl);
    return fingerprint == expected && std::ranges::none_of(skipped, is_known);
}

bool is_present(const tables::Reader& rows, const BuildContext& context) {
    return is_present(
        projections::read_fingerprint(rows), projections::read_skipped_types(rows), context
    );
}

/// Whether this binary knows what is in the store's rows.
bool is_readable(const infra::rocks::ReadStoreState& found, const BuildContext& context) {
    if (found.fingerprint.empty()) return true;
    return projections::has_present_form(found.fingerprint) &&
           ledger::covers(ledger::vocabulary_of(context.inputs.codec), found.vocabulary);
}

/// Empty if there is no store, or none that can be used.
std::optional<Usable> look_at(const fs::path& place, const BuildContext& context) {
    const auto checks = checks_of(context.settings.check_read_store, place);
    const auto partitions = context.journal.log().partitions;
    try {
        const auto found = infra::rocks::peek_read_store(place, partitions, &checks);
        if (!found) return std::nullopt;
        if (!is_readable(*found, context)) {
            spdlog::info("the read store in {} has a different form", place.string());
            return std::nullopt;
        }
        Usable usable{0, is_present(found->fingerprint, found->skipped, context)};
        for (const auto& checkpoint : found->checkpoints) {
            usable.applied += checkpoint ? checkpoint->next : 0;
        }
        return usable;
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::warn("the read store is damaged and will be rebuilt: {}", error.what());
        return std::nullopt;
    }
}

void remove_place(const fs::path& place) {
    infra::remove_tree(place);
    infra::remove_tree(checks_of({}, place).record);
}

bool is_request(const fs::path& place) {
    std::error_code error;
    return fs::is_empty(place, error) && !error;
}

/// Builds the other read store, within the time that a start has for it. Returns whether it is
/// complete.
bool build_at_once(
    const fs::path& place,
    const BuildContext& context,
    StartProgress& progress,
    const Stopping& stopping
) {
    const auto deadline = Clock::now() + context.settings.rebuild.before_serving;
    try {
        const auto store = open_read_store(place, context.settings);
        return apply_journal(*store, context, progress, [&] {
            return stopping() || Clock::now() >= deadline;
        });
    } catch (const ledger::StorageError& error) {
        spdlog::error("the read store cannot be rebuilt at the start: {}", error.what());
        return false;
    }
}

}  // namespace

ReadPlaces settle_read_places(const BuildContext& context) {
    ReadPlaces places{context.dir.read_store(), context.dir.read_store_rebuilt()};
    auto serving = look_at(places.serving, context);
    auto beside = look_at(places.beside, context);
    if (beside > serving) {
        std::swap(serving, beside);
        std::swap(places.serving, places.beside);
    }
    if (!serving) remove_place(places.serving);
    if (!beside || !beside->present) {
        if (!is_request(places.beside)) remove_place(places.beside);
    }
    return places;
}

std::unique_ptr<projections::ReadStore> open_read_store(
    const fs::path& place, const StoreSettings& settings
) {
    auto options = store_options(settings, checks_of(settings.check_read_store, place));
    options.block_cache = settings.cache;
    return infra::rocks::open_read_store(place, options);
}

void request_rebuild(const fs::path& beside) {
    std::error_code error;
    fs::create_directory(beside, error);
    if (!error) return;
    throw ledger::StorageError("cannot create " + beside.string() + ": " + error.message());
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
    projections::ProjectorOptions options;
    options.idempotency_ttl = context.settings.idempotency_ttl;
    if (!thaw(store, context.journal, context.inputs, options, progress, stopping)) return false;
    projections::Projector projector(store, context.journal, context.inputs, std::move(options));
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
    const bool present = is_present(*store->snapshot(), context);
    if (present && !fs::exists(places.beside)) return {std::move(store), places};
    if (!present) spdlog::info("the read store was made from other options and will be rebuilt");
    request_rebuild(places.beside);
    if (build_at_once(places.beside, context, progress, stopping)) {
        store.reset();
        remove_place(places.serving);
        std::swap(places.serving, places.beside);
        store = open_read_store(places.serving, context.settings);
    }
    if (stopping()) return {};
    return {std::move(store), places};
}

}  // namespace consularia::node
