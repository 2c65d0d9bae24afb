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

    ledger::WriteFormat write_format() const override { return ledger::WriteFormat::keyed; }

    std::size_t files() const override { return 0; }

    std::string identity() const override {
        return infra::rocks::open_embedded_ledger_read_only(dir_.ledger())->identity();
    }

    std::optional<ServedLedger> open(const Opening& opening) const override {
        auto stores = open_stores(
            opening.dir, opening.inputs, opening.settings, opening.progress, opening.stopping
        );
        if (!stores.read_store) return std::nullopt;
        opening.store.open(std::move(stores.read_store));
        return ServedLedger{.ledger = std::move(stores.ledger)};
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
        const std::vector<ledger::Position>& /*at_least*/
    ) const override {
        infra::rocks::for_each_record(dir_.ledger(), [&](const ledger::LogEntry& entry) {
            callback(0, entry);
        });
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
    .choose = choose,
    .choose_side = choose_directory,
};

}  // namespace consularia::node
