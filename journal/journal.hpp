#pragma once
// What this node has read of the log, judged once by the acceptance rule: the facts of every
// organization by sequence, those included that this binary cannot apply. The read models are made
// of it. It is also the witness of what the log must contain.

#include "journal/watches.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/reading.hpp"
#include "ledger/record/record.hpp"
#include "tables/store.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace consularia::journal {

/// What a store of this journal is made of.
[[nodiscard]] const tables::Schema& schema();

/// How far the partition has been read; empty if nothing of it was.
[[nodiscard]] std::optional<ledger::Checkpoint> read_checkpoint(
    const tables::Reader& reader, ledger::Partition partition
);

/// A fact as it is in the log.
struct Fact {
    ledger::Sequence sequence = 0;
    ledger::Position position = 0;
    std::string value;

    /// How this binary takes it, to be asked where it matters: the value is decoded for it. Who has
    /// decoded it asks ledger::reading_of().
    [[nodiscard]] ledger::Reading reading(const ledger::RecordCodec& codec) const;
};

/// A part of a partition that was read before.
struct Replay {
    std::vector<ledger::LogEntry> entries;  ///< In log order; void records may be missing.
    ledger::Checkpoint through;             ///< Everything before it is among them.
};

/// The log that a journal reads.
struct JournaledLog {
    std::string identity;
    ledger::Partition partitions = 1;
    /// Where the bytes of facts are; null: the journal keeps a copy of them.
    const ledger::Records* records = nullptr;
};

/// Thread-safe; journal/judging.hpp adds to it. All functions throw StorageError if the machine
/// fails or the journal is damaged.
class Journal {
  public:
    /// The store outlives this; it need not be open yet.
    explicit Journal(tables::Store& store) : store_(store) {}

    /// To be called before anything is judged or replayed. Throws StorageError if the journal has
    /// a form that this version does not know.
    void open(JournaledLog log);

    /// Keeps that there is this log, for a start that does not find it again. Precondition: nothing
    /// of it was read.
    void note_log();

    [[nodiscard]] const JournaledLog& log() const { return *log_; }

    /// The position from which the partition is still to be read.
    [[nodiscard]] ledger::Position next_position(ledger::Partition partition) const;

    /// What was judged from this position on, as many records as fit into kTailBytes and at least
    /// one if there is one.
    [[nodiscard]] Replay replay(ledger::Partition partition, ledger::Position from) const;

    /// The head that the facts lead to, whether or not this binary can apply them. Its time is not
    /// known here.
    [[nodiscard]] ledger::Head head(domain::OrganizationId organization) const;

    /// Empty when there is none.
    [[nodiscard]] std::optional<std::string> fact(
        domain::OrganizationId organization, ledger::Sequence sequence
    ) const;

    /// The facts of an organization from this sequence on: at most `limit`, and no more after they
    /// exceed `bytes`.
    [[nodiscard]] std::vector<Fact> facts(
        domain::OrganizationId organization,
        ledger::Sequence from,
        std::size_t limit,
        std::size_t bytes = ledger::kTailBytes
    ) const;

    /// The rows as they are now, for the other files of this layer.
    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const {
        return store_.snapshot();
    }

    /// Wakes those who wait for facts of an organization.
    [[nodiscard]] Watches& watches() { return watches_; }

  private:
    friend class Judging;

    [[nodiscard]] std::optional<std::string> record_at(
        const tables::Reader& reader, std::string_view place
    ) const;
    [[nodiscard]] std::vector<ledger::LogEntry> records_from(
        const tables::Reader& reader, ledger::Partition partition, ledger::Position from
    ) const;

    tables::Store& store_;
    std::unique_ptr<const JournaledLog> owned_;
    std::atomic<const JournaledLog*> log_ = nullptr;  ///< Points to owned_ once it is open.
    Watches watches_;
};

}  // namespace consularia::journal
