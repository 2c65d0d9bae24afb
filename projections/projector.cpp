#include "projections/projector.hpp"

#include "base/check.hpp"
#include "journal/judging.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/vocabulary.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/apply_step.hpp"
#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "projections/recent_appointments.hpp"
#include "projections/row_codec.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace consularia::projections {
namespace {

using ledger::Judged;

/// In place of a fingerprint.
constexpr std::string_view kRetired = "replaced";

/// A log with a gap in its positions is damaged, or was misread: skipping a fact could make its
/// void rival look like one.
void expect_no_gaps(std::span<const ledger::LogEntry> entries, ledger::Position next) {
    for (const auto& entry : entries) {
        if (entry.position != next) {
            throw ledger::StorageError(
                "The log has a gap: expected position " + std::to_string(next) + ", found " +
                std::to_string(entry.position) + "."
            );
        }
        ++next;
    }
}

/// The verdict alone, for a record that was applied before.
Judged known_before(const journal::Verdict& verdict) {
    Judged judged;
    judged.position = verdict.position;
    judged.hash = verdict.hash;
    judged.fact = verdict.fact;
    return judged;
}

class SnapshotReader final : public ledger::StateReader {
  public:
    SnapshotReader(
        std::shared_ptr<const Reader> snapshot, std::shared_ptr<RecentAppointments> recent
    )
        : snapshot_(std::move(snapshot)), recent_(std::move(recent)) {}

    ledger::Head head(domain::OrganizationId organization) const override {
        return find_head(*snapshot_, organization);
    }

    bool frozen(domain::OrganizationId organization) const override {
        return is_frozen(*snapshot_, organization);
    }

    ledger::State state(domain::OrganizationId organization, const ledger::AggregateId& id)
        const override {
        return read_state(*snapshot_, *recent_, organization, id);
    }

    std::optional<ledger::Remembered> remembered(
        domain::OrganizationId organization, const std::string& idempotency_key
    ) const override {
        return find_remembered(*snapshot_, organization, idempotency_key);
    }

  private:
    std::shared_ptr<const Reader> snapshot_;
    std::shared_ptr<RecentAppointments> recent_;
};

}  // namespace

std::optional<ledger::Checkpoint> read_checkpoint(
    const Reader& reader, ledger::Partition partition
) {
    const auto row = reader.get(Table::meta, keys::checkpoint(partition));
    return row ? std::optional(ledger::decode_checkpoint(*row)) : std::nullopt;
}

std::optional<domain::Timestamp> read_newest(const Reader& reader, ledger::Partition partition) {
    const auto row = reader.get(Table::meta, keys::newest(partition));
    return row ? std::optional(keys::time_of_place(*row)) : std::nullopt;
}

std::string read_fingerprint(const Reader& reader) {
    return reader.get(Table::meta, keys::kFingerprint).value_or("");
}

std::string expected_fingerprint(const Links& links, std::chrono::microseconds idempotency_ttl) {
    return std::to_string(kSchemaVersion) + ' ' + std::to_string(idempotency_ttl.count()) + ' ' +
           links.fingerprint();
}

std::vector<std::string> read_vocabulary(const Reader& reader) {
    std::istringstream text(reader.get(Table::meta, keys::kVocabulary).value_or(""));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> read_skipped_types(const Reader& reader) {
    std::vector<std::string> types;
    const auto rows = reader.scan(Table::meta, keys::kSkipped, "");
    for (; rows->valid() && rows->key().starts_with(keys::kSkipped); rows->next()) {
        types.emplace_back(rows->key().substr(keys::kSkipped.size()));
    }
    return types;
}

bool has_present_form(std::string_view fingerprint) {
    return fingerprint.starts_with(std::to_string(kSchemaVersion) + ' ');
}

void retire(ReadStore& store) {
    auto writes = store.write_set();
    writes->put(Table::meta, keys::kFingerprint, kRetired);
    store.commit(std::move(writes));
}

void describe(
    WriteSet& writes, const RowInputs& inputs, std::chrono::microseconds idempotency_ttl
) {
    std::string vocabulary;
    for (const auto& line : ledger::vocabulary_of(inputs.codec)) vocabulary += line + '\n';
    writes.put(Table::meta, keys::kVocabulary, vocabulary);
    if (!read_fingerprint(writes).empty()) return;
    writes.put(
        Table::meta, keys::kFingerprint, expected_fingerprint(inputs.links, idempotency_ttl)
    );
}

void raise_newest(
    WriteSet& writes, ledger::Partition partition, std::optional<domain::Timestamp> newest
) {
    if (!newest) return;
    const auto latest = std::max(*newest, read_newest(writes, partition).value_or(*newest));
    writes.put(Table::meta, keys::newest(partition), keys::place(latest));
}

/// Records to apply in one step.
struct Projector::Step {
    ledger::Partition partition = 0;
    ledger::Position applied = 0;  ///< Everything before it was applied before.
    std::span<const ledger::LogEntry> entries;
    const ledger::AwaitedOf& awaited;
    /// The checkpoint once all of them are applied, if it is not right after the last one.
    std::optional<ledger::Checkpoint> through = {};
};

Projector::Projector(
    ReadStore& store, journal::Journal& journal, const RowInputs& inputs, ProjectorOptions options
)
    : store_(store),
      journal_(journal),
      inputs_(inputs),
      options_(std::move(options)),
      recent_(std::make_shared<RecentAppointments>(options_.recent_bytes)) {
    const auto reader = store_.snapshot();
    const auto found = read_fingerprint(*reader);
    CHECK(found.empty() || has_present_form(found));
    is_described_ =
        !found.empty() && read_vocabulary(*reader) == ledger::vocabulary_of(inputs_.codec);
    report_frozen();
}

void Projector::report_frozen() const {
    if (!options_.on_frozen) return;
    for (const auto& [organization, head] : frozen_head_rows(*store_.snapshot())) {
        options_.on_frozen(
            organization, head.frozen->position, "it could not be applied before either"
        );
    }
}

std::unique_ptr<ledger::StateReader> Projector::read() const {
    const auto rows = keep_rows();
    return std::make_unique<SnapshotReader>(store_.snapshot(), recent_);
}

ledger::Position Projector::applied(ledger::Partition partition) const {
    const auto checkpoint = read_checkpoint(*store_.snapshot(), partition);
    return checkpoint ? checkpoint->next : 0;
}

/// After a crash of the machine either store may be behind the other.
ledger::Position Projector::next_position(ledger::Partition partition) const {
    return std::min(applied(partition), journal_.next_position(partition));
}

/// What a partition's worker knows about ranks is lost if its changes are not committed.
KnownRanks Projector::take_known(ledger::Partition partition) {
    const std::lock_guard lock(known_mutex_);
    auto known = known_.extract(partition);
    return known ? std::move(known.mapped()) : KnownRanks(options_.known_ranks_bytes);
}

void Projector::keep_known(ledger::Partition partition, KnownRanks known) {
    const std::lock_guard lock(known_mutex_);
    known_.emplace(partition, std::move(known));
}

std::vector<Judged> Projector::apply(
    ledger::Partition partition,
    std::span<const ledger::LogEntry> entries,
    const ledger::AwaitedOf& awaited
) {
    if (entries.empty()) return {};
    const auto rows = keep_rows();
    const auto from = applied(partition);
    expect_no_gaps(entries, std::min(from, journal_.next_position(partition)));
    return apply_step(
        {.partition = partition, .applied = from, .entries = entries, .awaited = awaited}
    );
}

std::size_t Projector::catch_up(ledger::Partition partition) {
    const auto rows = keep_rows();
    const auto from = applied(partition);
    const auto replay = journal_.replay(partition, from);
    if (replay.through.next == 0) return 0;
    const ledger::AwaitedOf nothing = ledger::nothing_awaited;
    const auto judged = apply_step(
        {.partition = partition,
         .applied = from,
         .entries = replay.entries,
         .awaited = nothing,
         .through = replay.through}
    );
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < judged.size(); ++i) bytes += replay.entries[i].value.size();
    return bytes;
}

std::shared_lock<std::shared_mutex> Projector::keep_rows() const {
    const std::lock_guard turn(turnstile_);
    return std::shared_lock(rows_);
}

void Projector::while_idle(const std::function<void()>& replace) {
    const std::lock_guard turn(turnstile_);
    const std::lock_guard rows(rows_);
    replace();
    recent_ = std::make_shared<RecentAppointments>(options_.recent_bytes);
    const std::lock_guard lock(known_mutex_);
    known_.clear();
}

/// The journal is always committed first. What it has and the read store lacks is applied again;
/// what the read store has already is only judged.
std::vector<Judged> Projector::apply_step(const Step& step) {
    std::vector<Judged> judged;
    journal::Judging judging(journal_, step.partition);
    auto writes = store_.write_set();
    KnownRanks known = take_known(step.partition);
    const auto& log = journal_.log();
    ApplyStep applying(
        {.rows =
             {.writes = *writes,
              .partition = step.partition,
              .links = inputs_.links,
              .recent = *recent_,
              .known = known},
         .partitions = log.partitions,
         .codec = inputs_.codec,
         .options = options_,
         .creating = creating_}
    );
    for (const auto& entry : step.entries) {
        const auto verdict = judging.judge(entry, step.awaited);
        if (entry.position < step.applied) {
            judged.push_back(known_before(verdict));
            continue;
        }
        judged.push_back(applying.apply(entry, verdict));
        if (applying.full()) break;
    }
    judging.commit();
    const bool all = judged.size() == step.entries.size();
    const auto checkpoint =
        all && step.through
            ? *step.through
            : ledger::Checkpoint{log.identity, judged.back().position + 1, judged.back().hash};
    if (checkpoint.next <= step.applied) return judged;
    applying.write();
    if (!is_described_) describe(*writes, inputs_, options_.idempotency_ttl);
    writes->put(
        Table::meta, keys::checkpoint(step.partition), ledger::encode_checkpoint(checkpoint)
    );
    raise_newest(*writes, step.partition, applying.newest());
    store_.commit(std::move(writes));
    is_described_ = true;
    applying.keep_recent();
    keep_known(step.partition, std::move(known));
    if (options_.on_facts) {
        const auto facts =
            std::count_if(judged.begin(), judged.end(), [](const Judged& one) { return one.fact; });
        options_.on_facts(step.partition, static_cast<std::size_t>(facts));
    }
    for (const auto& report : applying.take_reports()) report();
    return judged;
}

}  // namespace consularia::projections
