// The ledger in the data directory: one node, no broker.

#include "infra/rocks/ledger.hpp"
#include "node/ledger_backend.hpp"

#include <utility>

namespace consularia::node {

namespace {

constexpr std::string_view kOption = "embedded";
constexpr std::string_view kSide = "embedded:";

class EmbeddedBackend final : public LedgerBackend {
  public:
    explicit EmbeddedBackend(const StoreOptions& options) : dir_(options.data_dir) {}

    std::string name() const override { return "embedded"; }

    bool shared() const override { return false; }

    ledger::Partition partitions() const override { return 1; }

    ledger::WriteFormat write_format() const override { return kEmbeddedLedger.write_format; }

    std::size_t files() const override { return 0; }

    std::string identity() const override {
        return infra::rocks::open_embedded_ledger_read_only(dir_.ledger())->identity();
    }

    std::optional<ServedLedger> open(const Opening& opening) const override {
        const auto& settings = opening.settings;
        opening.progress.begin("checking the ledger");
        // It is checked before any file is touched.
        auto ledger = open_ledger(opening.dir, settings);
        opening.progress.begin("opening the journal");
        auto journal_store = open_journal(opening.dir, settings);
        journal::Journal journal(*journal_store);
        const journal::JournaledLog log{ledger->identity(), 1, ledger->records()};
        journal.open(log);
        if (!read_ledger(journal, *ledger, opening.progress, opening.stopping) ||
            !complete_trees(*journal_store, journal, opening.progress, opening.stopping)) {
            return {};
        }
        auto read = start_read_store(
            {opening.dir, opening.inputs, settings, journal}, opening.progress, opening.stopping
        );
        if (!read.store) return {};
        // Nothing is handed over before nothing can fail any more: the start may try again.
        opening.journal_store.open(std::move(journal_store));
        opening.journal.open(log);
        opening.read_store.open(std::move(read.store));
        opening.on_read_store(std::move(read.places));
        return ServedLedger{.ledger = std::move(ledger)};
    }

    HeldLedger open_alone() const override {
        dir_.create();
        HeldLedger held;
        held.lock = std::make_unique<infra::DataDirLock>(dir_.root());
        held.ledger = open_ledger(dir_, StoreSettings{});
        return held;
    }

    void for_each_record(
        const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
        const std::vector<ledger::Position>& /*at_least*/,
        const std::vector<ledger::Position>& from
    ) const override {
        const auto pass_on = [&](const ledger::LogEntry& entry) { callback(0, entry); };
        infra::rocks::for_each_record(dir_.ledger(), pass_on, from.empty() ? 0 : from.front());
    }

  private:
    const DataDir dir_;
};

std::unique_ptr<LedgerBackend> choose(const StoreOptions& options) {
    if (options.ledger != kOption) return nullptr;
    return std::make_unique<EmbeddedBackend>(options);
}

std::unique_ptr<LedgerBackend> choose_directory(const std::string& side, StoreOptions options) {
    if (!side.starts_with(kSide) || side.size() == kSide.size()) return nullptr;
    options.data_dir = side.substr(kSide.size());
    return std::make_unique<EmbeddedBackend>(options);
}

}  // namespace

const LedgerKind kEmbeddedLedger{
    .option = kOption,
    .side = "embedded:DIR",
    .write_format = ledger::kNewestFormat,
    .choose = choose,
    .choose_side = choose_directory,
};

}  // namespace consularia::node
