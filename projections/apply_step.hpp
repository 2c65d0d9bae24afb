#pragma once
// One step of applying a partition's records to the read models.

#include "journal/judging.hpp"
#include "ledger/commands/state_store.hpp"
#include "ledger/record/record_codec.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/projector_options.hpp"
#include "projections/rows.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace consularia::projections {

/// What a step works with. All of it outlives the step.
struct StepContext {
    ApplyContext rows;
    ledger::Partition partitions = 1;
    const ledger::RecordCodec& codec;
    const ProjectorOptions& options;
    std::mutex& creating;  ///< See AggregateRows.
};

/// Applies one partition's records to a write set.
class ApplyStep {
  public:
    explicit ApplyStep(const StepContext& context)
        : context_(context), rows_(context.rows, context.creating) {}

    [[nodiscard]] ledger::Judged apply(
        const ledger::LogEntry& entry, const journal::Verdict& verdict
    );

    /// Applies the first fact that is not applied of a frozen organization. Returns false if that
    /// is still impossible: then the organization stays frozen, by this fact. It thaws with its
    /// last fact. Precondition: `apply` is not called in this step.
    [[nodiscard]] bool thaw(domain::OrganizationId organization, const journal::Fact& fact);

    /// The latest time of the facts; empty without facts.
    [[nodiscard]] std::optional<domain::Timestamp> newest() const { return newest_; }

    /// Whether to stop, given how much has been written and is held.
    [[nodiscard]] bool full() const {
        return writes().bytes() + rows_.bytes() + held_ >= context_.options.apply_bytes;
    }

    /// Writes, once, the rows that many entries may have changed.
    void write();

    /// To be called once the write set is committed.
    void keep_recent() const { rows_.keep_recent(); }

    /// The calls of the options' hooks to make once the write set is committed.
    [[nodiscard]] std::vector<std::function<void()>> take_reports() { return std::move(reports_); }

  private:
    void apply_void(ledger::Judged& judged, const std::optional<ledger::ChainLink>& link);
    void apply_fact(
        ledger::Judged& judged, const journal::Verdict& verdict, std::size_t record_bytes
    );
    void freeze(
        HeadRow& head,
        const ledger::ChainLink& link,
        ledger::Position position,
        const std::string& why
    );
    void write_freezes();
    tl::expected<void, std::string> apply_event(
        ledger::Judged& judged,
        HeadRow& head,
        const ledger::ParsedValue& value,
        std::size_t record_bytes,
        ledger::Wanted wanted
    );
    void keep_time(ledger::Envelope& fact, const HeadRow& head, ledger::Position position);
    HeadRow& head_of(domain::OrganizationId organization);

    [[nodiscard]] WriteSet& writes() const { return context_.rows.writes; }

    [[nodiscard]] ledger::Partition partition() const { return context_.rows.partition; }

    const StepContext context_;
    std::optional<domain::Timestamp> newest_;
    std::map<domain::OrganizationId, HeadRow> heads_;
    AggregateRows rows_;
    std::size_t held_ = 0;                       ///< For waiting commands.
    std::set<domain::OrganizationId> freezing_;  ///< Those that it has frozen or thawed further.
    std::vector<std::function<void()>> reports_;
};

}  // namespace consularia::projections
