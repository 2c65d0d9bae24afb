// A journal that has the bytes of its facts, as a side of `ledger copy`: a backup of a Kafka
// ledger, or what a node has read of one.

#include "infra/rocks/store.hpp"
#include "journal/contents.hpp"
#include "journal/journal.hpp"
#include "node/ledger_backend.hpp"
#include "node/usage_error.hpp"

#include <utility>

namespace consularia::node {

namespace {

constexpr std::string_view kSide = "journal:";

/// Appears as a log of one partition, which contains the facts and nothing else. Can only be read.
class JournalBackend final : public LedgerBackend {
  public:
    explicit JournalBackend(DataDir dir) : dir_(std::move(dir)) {}

    std::string name() const override { return "journal"; }

    bool shared() const override { return false; }

    ledger::Partition partitions() const override { return 1; }

    ledger::WriteFormat write_format() const override { return kJournalLedger.write_format; }

    std::size_t files() const override { return 0; }

    std::string identity() const override {
        const auto reader = open_rows();
        const auto checkpoint = journal::find_checkpoint(*reader);
        return checkpoint ? checkpoint->ledger_identity : std::string();
    }

    std::optional<ServedLedger> open(const Opening& /*opening*/) const override { refuse(); }

    HeldLedger open_alone() const override { refuse(); }

    void for_each_record(
        const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
        const std::vector<ledger::Position>& /*at_least*/,
        const std::vector<ledger::Position>& from
    ) const override {
        const auto begin = from.empty() ? 0 : from.front();
        ledger::Position next = 0;
        journal::for_each_copy(*open_rows(), [&](std::string value) {
            const auto position = next++;
            if (position >= begin) callback(0, {position, std::move(value)});
        });
    }

  private:
    [[noreturn]] static void refuse() {
        throw UsageError("A journal can only be read: nothing is copied into one.");
    }

    [[nodiscard]] std::shared_ptr<const tables::Reader> open_rows() const {
        auto reader = infra::rocks::peek_store(dir_.journal(), journal::schema());
        if (reader && journal::has_copies(*reader)) return reader;
        throw UsageError(
            "The journal in " + dir_.root().string() +
            " has no facts of its own: it is absent, or those of an embedded ledger, which is "
            "named as embedded:DIR."
        );
    }

    const DataDir dir_;
};

std::unique_ptr<LedgerBackend> choose(const StoreOptions& /*options*/) {
    return nullptr;
}

std::unique_ptr<LedgerBackend> choose_journal(const std::string& side, StoreOptions /*options*/) {
    if (!side.starts_with(kSide) || side.size() == kSide.size()) return nullptr;
    return std::make_unique<JournalBackend>(DataDir(side.substr(kSide.size())));
}

}  // namespace

const LedgerKind kJournalLedger{
    .option = "",
    .side = "journal:DIR",
    .write_format = ledger::kNewestFormat,
    .choose = choose,
    .choose_side = choose_journal,
};

}  // namespace consularia::node
