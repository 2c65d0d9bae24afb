#pragma once
// A kind of ledger as the program sees it. One implementation per kind, in a file of its own; the
// options choose one.

#include "infra/data_dir_lock.hpp"
#include "infra/metrics/metrics.hpp"
#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"
#include "node/late_store.hpp"
#include "node/options.hpp"
#include "node/read_stores.hpp"
#include "node/start_progress.hpp"
#include "node/stores.hpp"
#include "projections/projector.hpp"
#include "reactions/webhooks/progress.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::node {

/// What a server opens its data with.
struct Opening {
    const DataDir& dir;
    const projections::RowInputs& inputs;
    const StoreSettings& settings;
    std::chrono::milliseconds delivery_timeout;  ///< After which an append is given up.
    infra::Metrics& metrics;                     ///< Outlives the ledger.
    StartProgress& progress;
    const Stopping& stopping;
    LateStore& journal_store;   ///< Not open yet, nor are the next two.
    journal::Journal& journal;  ///< Over that store.
    LateStore& read_store;
    /// To be called once the three of them are open.
    const std::function<void(ReadPlaces)>& on_read_store;
};

/// The progress of webhooks as all nodes know it.
struct SharedProgress {
    std::unique_ptr<reactions::webhooks::ProgressStore> store;
    tables::Store* deliveries = nullptr;  ///< What becomes of their events; part of the former.
    /// Whether this node delivers the events of the partition now.
    std::function<bool(ledger::Partition)> may_serve;
};

/// A ledger that was compared with its witnesses.
struct ServedLedger {
    std::unique_ptr<ledger::Ledger> ledger;
    /// Whether this node should act on the partition's deadlines now.
    std::function<bool(ledger::Partition)> is_ours = [](ledger::Partition) { return true; };
    /// Shares what `own` and `deliveries` keep, which outlive it; empty if no other node delivers.
    std::function<
        SharedProgress(reactions::webhooks::ProgressStore& own, tables::Store& deliveries)>
        share_progress{};
};

/// A ledger outside of a server, and what is held while it is open.
struct HeldLedger {
    std::unique_ptr<infra::DataDirLock> lock;  ///< May be null.
    std::unique_ptr<ledger::Ledger> ledger;
};

/// Holds the options, and no resources. Immutable and thread-safe.
class LedgerBackend {
  public:
    virtual ~LedgerBackend() = default;

    /// For sentences: "a Kafka ledger".
    [[nodiscard]] virtual std::string name() const = 0;

    /// Whether several nodes append to it, and share its secrets and its public URL. The read store
    /// of a shared ledger can answer before its ledger is reached.
    [[nodiscard]] virtual bool shared() const = 0;

    [[nodiscard]] virtual ledger::Partition partitions() const = 0;

    /// The form of new records unless an option names one.
    [[nodiscard]] virtual ledger::WriteFormat write_format() const = 0;

    /// The file descriptors that it needs at most, without those of table files.
    [[nodiscard]] virtual std::size_t files() const = 0;

    /// The identity that an opened ledger has. Throws StorageError.
    [[nodiscard]] virtual std::string identity() const = 0;

    /// Opens ledger, journal and read store, or creates them, and compares the ledger with what
    /// the others have read of it. Waits for a ledger that cannot be reached. Empty if it was
    /// stopped before. Precondition: the caller holds the data directory's lock. Throws
    /// StorageError, in particular if the ledger is not the one that the read store has applied.
    [[nodiscard]] virtual std::optional<ServedLedger> open(const Opening& opening) const = 0;

    /// Opens the ledger for appending, or creates it. Throws StorageError.
    [[nodiscard]] virtual HeldLedger open_alone() const = 0;

    /// Calls back for every record that is in the log now, partition by partition in log order,
    /// even beside a running server. Changes nothing. `at_least` (by partition; may be shorter) is
    /// how far the log is known to reach; `from`, in the same form, is where reading begins. Throws
    /// StorageError.
    virtual void for_each_record(
        const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
        const std::vector<ledger::Position>& at_least = {},
        const std::vector<ledger::Position>& from = {}
    ) const = 0;
};

/// How the command line names a kind of ledger.
struct LedgerKind {
    std::string_view option;  ///< For --ledger: "kafka:HOST:PORT,…"; empty if it cannot be served.
    std::string_view side;    ///< For a side of `ledger copy`: "embedded:DIR".
    /// The form of new records unless an option names one.
    ledger::WriteFormat write_format;
    /// Null if `options.ledger` names another kind. Throws UsageError.
    std::unique_ptr<LedgerBackend> (*choose)(const StoreOptions& options);
    /// Null if `side` names another kind; `options` holds everything else. Throws UsageError.
    std::unique_ptr<LedgerBackend> (*choose_side)(const std::string& side, StoreOptions options);
};

extern const LedgerKind kEmbeddedLedger;
extern const LedgerKind kKafkaLedger;
extern const LedgerKind kJournalLedger;

// What the command line says of all kinds.

/// "embedded or kafka:HOST:PORT,…"
[[nodiscard]] std::string forms_of_ledgers();
/// "embedded:DIR or kafka:HOST:PORT,… or journal:DIR"
[[nodiscard]] std::string forms_of_sides();
/// "3 for embedded, 1 for kafka:HOST:PORT,…"
[[nodiscard]] std::string default_write_formats();

/// Throws UsageError if the options name no kind of ledger, or do not fit their kind.
[[nodiscard]] std::unique_ptr<LedgerBackend> choose_ledger(const StoreOptions& options);

/// The same for a side of `ledger copy`, which `option` gives.
[[nodiscard]] std::unique_ptr<LedgerBackend> choose_side(
    const std::string& option, const std::string& side, const StoreOptions& options
);

}  // namespace consularia::node
