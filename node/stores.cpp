#include "node/stores.hpp"

#include "infra/files.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "node/void_log.hpp"

#include <atomic>
#include <filesystem>
#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

constexpr std::size_t kRebuildBatch = 1024;

/// `checks` name the table files that are known to be sound.
std::unique_ptr<projections::ReadStore> open_read_store(
    const std::filesystem::path& directory,
    const StoreSettings& settings,
    const infra::rocks::CheckOptions& checks = {}
) {
    infra::rocks::StoreOptions options;
    options.checks = checks;
    options.block_cache_bytes = settings.cache_bytes;
    // Half of what the ledger leaves, so that the records it accepted can still be applied.
    options.min_free_bytes = settings.min_free_bytes / 2;
    return infra::rocks::open_read_store(directory, options);
}

/// The state of the present read store; empty if there is no readable one.
struct Present {
    std::optional<infra::rocks::ReadStoreState> state;
    bool damaged = false;
};

infra::rocks::CheckOptions checks_of_ledger(const DataDir& dir, const StoreSettings& settings) {
    auto checks = settings.check_ledger;
    checks.record = dir.ledger_checked();
    return checks;
}

infra::rocks::CheckOptions checks_of_read_store(const DataDir& dir, const StoreSettings& settings) {
    auto checks = settings.check_read_store;
    checks.record = dir.read_store_checked();
    return checks;
}

Present peek(const DataDir& dir, const infra::rocks::CheckOptions* checks) {
    Present present;
    try {
        present.state = infra::rocks::peek_read_store(dir.read_store(), 1, checks);
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::warn("the read store is damaged and will be rebuilt: {}", error.what());
        present.damaged = true;
    }
    return present;
}

std::unique_ptr<ledger::Ledger> open_ledger(
    const DataDir& dir, const Present& present, const StoreSettings& settings
) {
    const auto witness = present.state ? present.state->checkpoints.at(0) : std::nullopt;
    infra::rocks::EmbeddedLedgerOptions options;
    options.min_free_bytes = settings.min_free_bytes;
    options.on_space = settings.on_space;
    options.checks = checks_of_ledger(dir, settings);
    auto ledger = infra::rocks::open_embedded_ledger(dir.ledger(), witness, options);
    spdlog::info("ledger {} ends at position {}", ledger->identity(), ledger->ends().at(0));
    return ledger;
}

bool has_other_form(
    const Present& present, const projections::RowInputs& inputs, const StoreSettings& settings
) {
    if (!present.state || present.state->fingerprint.empty()) return false;  // There are no rows.
    return present.state->fingerprint !=
           projections::expected_fingerprint(inputs.links, settings.idempotency_ttl);
}

}  // namespace

std::unique_ptr<projections::Projector> make_projector(
    projections::ReadStore& store,
    const projections::RowInputs& inputs,
    const ledger::Ledger& ledger,
    std::chrono::microseconds idempotency_ttl,
    infra::Metrics* metrics
) {
    projections::ProjectorOptions options;
    options.ledger_identity = ledger.identity();
    options.partitions = ledger.partitions();
    options.idempotency_ttl = idempotency_ttl;
    options.on_facts = [metrics](ledger::Partition partition, std::size_t facts) {
        if (metrics != nullptr) metrics->facts(partition, facts);
    };
    // With many writing nodes a void record is normal; with one it is news.
    const auto level = ledger.shared() ? spdlog::level::info : spdlog::level::warn;
    const auto voids =
        std::make_shared<VoidLog>([level](const std::string& line) { spdlog::log(level, line); });
    options.on_void =
        [metrics,
         voids](ledger::Partition partition, ledger::Position position, std::string_view why) {
            if (metrics != nullptr) metrics->void_records(partition, 1);
            voids->note(partition, position, why);
        };
    options.on_frozen =
        [metrics](
            domain::OrganizationId organization, ledger::Position position, std::string_view why
        ) {
            if (metrics != nullptr) metrics->frozen_record();
            spdlog::error(
                "organization {} is frozen by the record at position {}: {}",
                organization.to_string(),
                position,
                why
            );
        };
    options.on_bad_time = [metrics](
                              domain::OrganizationId organization,
                              ledger::Position position,
                              std::string_view why
                          ) {
        if (metrics != nullptr) metrics->bad_time();
        spdlog::error(
            "organization {}, record at position {}: {}", organization.to_string(), position, why
        );
    };
    return std::make_unique<projections::Projector>(store, inputs, std::move(options));
}

StoreSettings StoreSettings::of(const ServeOptions& options) {
    StoreSettings settings;
    settings.min_free_bytes = options.min_free_bytes;
    settings.cache_bytes = options.cache_bytes;
    settings.idempotency_ttl = options.idempotency_ttl;
    return settings;
}

Stores open_stores(
    const DataDir& dir,
    const projections::RowInputs& inputs,
    const StoreSettings& settings,
    StartProgress& progress,
    const Stopping& stopping
) {
    progress.begin("checking the ledger");
    // The ledger is checked before any file is touched; only then are a crash's remains cleaned up.
    Stores stores;
    stores.ledger = open_ledger(dir, settings);
    progress.begin("checking the read store");
    const auto checks = checks_of_read_store(dir, settings);
    const auto present = peek(dir, &checks);
    const bool other_form = has_other_form(present, inputs, settings);
    if (present.damaged || other_form) {
        if (other_form) spdlog::info("the read store has a different form and will be rebuilt");
        if (!rebuild_read_store(dir, inputs, settings, *stores.ledger, progress, stopping)) {
            return stores;
        }
    }
    progress.begin("opening the read store");
    stores.read_store = open_read_store(dir.read_store(), settings, checks);
    return stores;
}

std::unique_ptr<projections::ReadStore> open_followed_read_store(
    const DataDir& dir, const projections::RowInputs& inputs, const StoreSettings& settings
) {
    infra::finish_replacing(dir.read_store_rebuilt(), dir.read_store());
    const auto checks = checks_of_read_store(dir, settings);
    const auto present = peek(dir, &checks);
    if (present.damaged || has_other_form(present, inputs, settings)) {
        spdlog::info("the read store starts empty");
        infra::remove_tree(dir.read_store());
    }
    return open_read_store(dir.read_store(), settings, checks);
}

std::unique_ptr<ledger::Ledger> open_ledger(const DataDir& dir, const StoreSettings& settings) {
    auto ledger = open_ledger(dir, peek(dir, nullptr), settings);
    infra::finish_replacing(dir.read_store_rebuilt(), dir.read_store());
    return ledger;
}

bool rebuild_read_store(
    const DataDir& dir,
    const projections::RowInputs& inputs,
    const StoreSettings& settings,
    ledger::Ledger& ledger,
    StartProgress& progress,
    const Stopping& stopping
) {
    {
        std::atomic<ledger::Position> done = 0;
        const StartStage stage(progress, "rebuilding the read store", [&done, end = ledger.end(0)] {
            return StartProgress::Measure{done, end};
        });
        const auto store = open_read_store(dir.read_store_rebuilt(), settings);
        const auto projector =
            make_projector(*store, inputs, ledger, settings.idempotency_ttl, nullptr);
        const auto tail = ledger.tail(0, 0, [] {});
        for (;;) {
            if (stopping()) return false;
            auto entries = tail->next(kRebuildBatch);
            if (entries.empty()) break;
            ledger::apply_all(*projector, 0, entries);
            done = projector->next_position(0);
        }
        store->flush();
        spdlog::info("rebuilt the read store from {} records", projector->next_position(0));
    }
    infra::replace_directory(dir.read_store_rebuilt(), dir.read_store());
    return true;
}

}  // namespace consularia::node
