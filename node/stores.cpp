#include "node/stores.hpp"

#include "infra/files.hpp"
#include "infra/ledger_mismatch.hpp"
#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "infra/rocks/store.hpp"
#include "journal/contents.hpp"
#include "journal/judging.hpp"
#include "journal/tree_building.hpp"
#include "node/void_log.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <spdlog/spdlog.h>
#include <string>
#include <utility>

namespace consularia::node {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadAtOnce = 1024;
/// The journal has a cache of this part of the read store's: it is read rarely.
constexpr std::size_t kJournalsShare = 8;

/// What `peek` finds, with a damaged store as none.
template <class Peek>
auto undamaged(const Peek& peek) -> decltype(peek()) {
    try {
        return peek();
    } catch (const infra::rocks::StoreDamaged&) {
        return {};
    }
}

void take_if_further(
    std::optional<ledger::Checkpoint>& witness, const std::optional<ledger::Checkpoint>& other
) {
    if (other && (!witness || other->next > witness->next)) witness = other;
}

/// The journal's checkpoints, and those of each read store that is there.
std::vector<Witnesses> each_witness(const DataDir& dir, ledger::Partition partitions) {
    std::vector<Witnesses> found;
    const auto journal =
        undamaged([&] { return infra::rocks::peek_store(dir.journal(), journal::schema()); });
    if (journal) {
        auto& checkpoints = found.emplace_back();
        for (ledger::Partition partition = 0; partition < partitions; ++partition) {
            checkpoints.push_back(journal::read_checkpoint(*journal, partition));
        }
    }
    for (const auto& place : dir.read_stores()) {
        auto read = undamaged([&] { return infra::rocks::peek_read_store(place, partitions); });
        if (read) found.push_back(std::move(read->checkpoints));
    }
    return found;
}

Witnesses furthest_of(const std::vector<Witnesses>& found, ledger::Partition partitions) {
    Witnesses furthest(partitions);
    for (const auto& one : found) {
        for (ledger::Partition partition = 0; partition < partitions; ++partition) {
            take_if_further(furthest[partition], one[partition]);
        }
    }
    return furthest;
}

/// Those of an embedded ledger. The furthest is the first, so that a refusal says how far the
/// ledger must reach.
std::vector<ledger::Checkpoint> witnesses_in(const DataDir& dir) {
    std::vector<ledger::Checkpoint> witnesses;
    for (const auto& one : each_witness(dir, 1)) {
        if (one.front()) witnesses.push_back(*one.front());
    }
    std::ranges::stable_sort(witnesses, std::ranges::greater(), &ledger::Checkpoint::next);
    return witnesses;
}

}  // namespace

infra::rocks::StoreOptions store_options(
    const StoreSettings& settings, const infra::rocks::CheckOptions& checks
) {
    infra::rocks::StoreOptions options;
    options.checks = checks;
    options.block_cache_bytes = settings.cache_bytes;
    // Half of what the ledger leaves, so that the records it accepted can still be applied.
    options.min_free_bytes = settings.min_free_bytes / 2;
    return options;
}

infra::rocks::CheckOptions checks_of(infra::rocks::CheckOptions checks, const fs::path& store) {
    checks.record = infra::with_suffix(store, ".checked");
    return checks;
}

Witnesses find_witnesses(const DataDir& dir, ledger::Partition partitions) {
    return furthest_of(each_witness(dir, partitions), partitions);
}

Witnesses find_witnesses_of_one_ledger(const DataDir& dir, ledger::Partition partitions) {
    const auto found = each_witness(dir, partitions);
    std::optional<std::string> identity;
    for (const auto& one : found) {
        for (const auto& checkpoint : one) {
            if (!checkpoint) continue;
            if (!identity) identity = checkpoint->ledger_identity;
            if (checkpoint->ledger_identity == *identity) continue;
            throw infra::LedgerMismatch(
                "the journal and the read stores in " + dir.root().string() +
                " have read different ledgers, " + *identity + " and " + checkpoint->ledger_identity
            );
        }
    }
    return furthest_of(found, partitions);
}

bool has_read_anything(const DataDir& dir) {
    const auto journal =
        undamaged([&] { return infra::rocks::peek_store(dir.journal(), journal::schema()); });
    if (journal && journal::find_checkpoint(*journal)) return true;
    for (const auto& place : dir.read_stores()) {
        const auto read = undamaged([&] { return infra::rocks::peek_read_store(place, 1); });
        if (read && !read->fingerprint.empty()) return true;
    }
    return false;
}

std::unique_ptr<ledger::Ledger> open_ledger(const DataDir& dir, const StoreSettings& settings) {
    dir.expect_restored();
    infra::rocks::EmbeddedLedgerOptions options;
    options.min_free_bytes = settings.min_free_bytes;
    options.on_space = settings.on_space;
    options.checks = checks_of(settings.check_ledger, dir.ledger());
    auto ledger = infra::rocks::open_embedded_ledger(dir.ledger(), witnesses_in(dir), options);
    spdlog::info("ledger {} ends at position {}", ledger->identity(), ledger->ends().at(0));
    return ledger;
}

std::unique_ptr<tables::Store> open_journal(const DataDir& dir, const StoreSettings& settings) {
    const auto checks = checks_of(settings.check_journal, dir.journal());
    try {
        (void)infra::rocks::peek_store(dir.journal(), journal::schema(), &checks);
    } catch (const infra::rocks::StoreDamaged& error) {
        spdlog::warn("the journal is damaged and will be read again: {}", error.what());
        infra::remove_tree(dir.journal());
    }
    auto options = store_options(settings, checks);
    options.block_cache_bytes /= kJournalsShare;
    return infra::rocks::open_store(dir.journal(), journal::schema(), options);
}

bool read_ledger(
    journal::Journal& journal,
    ledger::Ledger& ledger,
    StartProgress& progress,
    const Stopping& stopping
) {
    std::atomic<ledger::Position> done = journal.next_position(0);
    const StartStage stage(progress, "reading the ledger", [&done, end = ledger.end(0)] {
        return StartProgress::Measure{done, end};
    });
    const auto tail = ledger.tail(0, done, [] {});
    for (;;) {
        if (stopping()) return false;
        const auto entries = tail->next(kReadAtOnce);
        if (entries.empty()) return true;
        journal::judge_all(journal, 0, entries);
        done = entries.back().position + 1;
    }
}

bool complete_trees(
    tables::Store& store,
    const journal::Journal& journal,
    StartProgress& progress,
    const Stopping& stopping
) {
    journal::TreeProgress trees;
    const StartStage stage(progress, "building the trees of the journal", [&trees] {
        return StartProgress::Measure{trees.done, trees.total};
    });
    return journal::build_trees(store, journal, trees, stopping, [](const std::string& fault) {
        spdlog::error("{}", fault);
    });
}

std::unique_ptr<projections::Projector> make_projector(
    projections::ReadStore& store,
    journal::Journal& journal,
    const projections::RowInputs& inputs,
    const ProjectorSettings& settings
) {
    auto* const metrics = settings.metrics;
    projections::ProjectorOptions options;
    options.idempotency_ttl = settings.idempotency_ttl;
    options.on_facts = [metrics](ledger::Partition partition, std::size_t facts) {
        if (metrics != nullptr) metrics->facts(partition, facts);
    };
    const auto level = settings.voids_are_normal ? spdlog::level::info : spdlog::level::warn;
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
    return std::make_unique<projections::Projector>(store, journal, inputs, std::move(options));
}

StoreSettings StoreSettings::of(const ServeOptions& options) {
    StoreSettings settings;
    settings.min_free_bytes = options.min_free_bytes;
    settings.cache_bytes = options.cache_bytes;
    settings.cache = infra::rocks::make_block_cache(options.cache_bytes);
    settings.idempotency_ttl = options.idempotency_ttl;
    settings.rebuild = options.rebuild;
    return settings;
}

}  // namespace consularia::node
