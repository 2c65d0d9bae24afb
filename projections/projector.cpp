#include "projections/projector.hpp"

#include "base/check.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/parsed_value.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/deadline_rows.hpp"
#include "projections/idempotency_rows.hpp"
#include "projections/keys.hpp"
#include "projections/queries.hpp"
#include "projections/recent_appointments.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

namespace consularia::projections {
namespace {

using ledger::Judged;

/// Why a fact could not be applied.
using Applied = tl::expected<void, std::string>;

constexpr std::string_view kImpossible = "its event cannot have happened in this state";

/// Reads one partition's entries into a write set.
class Application {
  public:
    Application(
        const ApplyContext& context,
        const ledger::RecordCodec& codec,
        const ProjectorOptions& options,
        const ledger::WantedOf& wanted,
        std::mutex& creating
    )
        : writes_(context.writes),
          partition_(context.partition),
          codec_(codec),
          options_(options),
          wanted_(wanted),
          rows_(context, creating) {}

    [[nodiscard]] Judged judge(const ledger::LogEntry& entry);

    /// The latest time of the facts; empty without facts.
    [[nodiscard]] std::optional<domain::Timestamp> newest() const { return newest_; }

    /// Whether to stop judging, given how much has been written and is held.
    [[nodiscard]] bool full() const {
        return writes_.bytes() + rows_.bytes() + held_ >= options_.apply_bytes;
    }

    /// Writes, once, the rows that many entries may have changed.
    void write();

    /// To be called once the write set is committed.
    void keep_recent() const { rows_.keep_recent(); }

    /// The calls of the options' hooks to make once the write set is committed.
    [[nodiscard]] std::vector<std::function<void()>> take_reports() { return std::move(reports_); }

  private:
    void judge_void(
        Judged& judged, const std::optional<ledger::ChainLink>& link, const HeadRow& head
    );
    void judge_fact(
        Judged& judged, HeadRow& head, const std::string& bytes, const ledger::ParsedValue& value
    );
    Applied apply(
        Judged& judged, HeadRow& head, const std::string& bytes, const ledger::ParsedValue& value
    );
    void keep_time(ledger::Record& record, const HeadRow& head, ledger::Position position);
    HeadRow& head_of(domain::OrganizationId organization);

    WriteSet& writes_;
    ledger::Partition partition_;
    const ledger::RecordCodec& codec_;
    const ProjectorOptions& options_;
    const ledger::WantedOf& wanted_;
    std::optional<domain::Timestamp> newest_;
    std::map<domain::OrganizationId, HeadRow> heads_;
    AggregateRows rows_;
    std::size_t held_ = 0;  ///< For waiting commands.
    std::vector<domain::OrganizationId> frozen_;
    std::vector<std::function<void()>> reports_;
};

Judged Application::judge(const ledger::LogEntry& entry) {
    Judged judged;
    judged.position = entry.position;
    judged.hash = ledger::sha256(entry.value);
    const ledger::ParsedValue value = ledger::parse_value(entry.value);
    const auto& link = value.link;
    HeadRow nobodys;
    HeadRow& head = link ? head_of(link->organization) : nobodys;
    if (link && ledger::is_fact(*link, head.head, partition_, options_.partitions)) {
        judge_fact(judged, head, entry.value, value);
    } else {
        judge_void(judged, link, head);
    }
    return judged;
}

HeadRow& Application::head_of(domain::OrganizationId organization) {
    const auto [found, is_new] = heads_.try_emplace(organization);
    if (is_new) found->second = find_head_row(writes_, organization);
    return found->second;
}

void Application::write() {
    for (const auto& [organization, head] : heads_) {
        if (head.head.sequence == 0) continue;  // It has only void records.
        writes_.put(Table::heads, keys::organization(organization), encode_head(head));
    }
    rows_.write();
    // None of their deadlines is due any more, whatever was just written.
    for (const auto organization : frozen_) forget_deadlines(writes_, partition_, organization);
}

void Application::judge_void(
    Judged& judged, const std::optional<ledger::ChainLink>& link, const HeadRow& head
) {
    std::string_view why = "it is not the next record of its organization";
    if (!link) {
        why = "it is not a record";
    } else if (ledger::partition_of(link->organization, options_.partitions) != partition_) {
        why = "it is a record of another partition";
    } else {
        judged.frozen = head.frozen_at.has_value();
    }
    if (!options_.on_void) return;
    reports_.emplace_back([this, position = judged.position, why] {
        options_.on_void(partition_, position, why);
    });
}

void Application::judge_fact(
    Judged& judged, HeadRow& head, const std::string& bytes, const ledger::ParsedValue& value
) {
    const ledger::ChainLink& link = *value.link;
    const auto time_before = head.head.time;
    judged.fact = true;
    head.head = {link.sequence, judged.hash, time_before};
    if (!head.frozen_at) {
        if (const auto applied = apply(judged, head, bytes, value); !applied) {
            head.frozen_at = judged.position;
            frozen_.push_back(link.organization);
            reports_.emplace_back([this,
                                   organization = link.organization,
                                   position = judged.position,
                                   why = applied.error()] {
                if (options_.on_frozen) options_.on_frozen(organization, position, why);
            });
        }
    }
    judged.frozen = head.frozen_at.has_value();
    judged.head = head.head;
}

Applied Application::apply(
    Judged& judged, HeadRow& head, const std::string& bytes, const ledger::ParsedValue& value
) {
    auto record = codec_.decode(value);
    if (!record) return tl::unexpected(record.error().why);
    keep_time(*record, head, judged.position);
    auto after = rows_.apply(*record, bytes.size(), wanted_(judged.hash));
    if (!after) return tl::unexpected(std::string(kImpossible));
    held_ += after->bytes;
    judged.state = std::move(after->state);
    judged.rendering = std::move(after->rendering);
    writes_.put(Table::journal, keys::fact(record->organization, record->sequence), bytes);
    remember(writes_, *record, options_.idempotency_ttl, head);
    head.head.time = record->time;
    newest_ = std::max(newest_.value_or(record->time), record->time);
    return {};
}

/// A fact counts as of its time, or as of the moment after its predecessor's counted time if that
/// is later (docs/events.md): state derived from the facts never goes back in time.
void Application::keep_time(
    ledger::Record& record, const HeadRow& head, ledger::Position position
) {
    std::string_view why;
    if (record.sequence > 1 && record.time <= head.head.time) {
        record.time = std::min(head.head.time + std::chrono::microseconds(1), domain::kLatest);
        why = "its time is not later than its predecessor's";
        // A replay of the journal needs it.
        writes_.put(
            Table::journal,
            keys::counted_time(record.organization, record.sequence),
            keys::place(record.time)
        );
    } else if (record.time == domain::kLatest) {
        why = "its time is the last possible one, so nothing can follow it";
    }
    if (why.empty() || !options_.on_bad_time) return;
    reports_.emplace_back([this, organization = record.organization, position, why] {
        options_.on_bad_time(organization, position, why);
    });
}

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

Projector::Projector(ReadStore& store, const RowInputs& inputs, ProjectorOptions options)
    : store_(store),
      inputs_(inputs),
      options_(std::move(options)),
      recent_(std::make_shared<RecentAppointments>(options_.recent_bytes)) {
    const auto expected = expected_fingerprint(inputs_.links, options_.idempotency_ttl);
    const auto found = read_fingerprint(*store_.snapshot());
    CHECK(found.empty() || found == expected);
    is_new_ = found.empty();
    report_frozen();
}

void Projector::report_frozen() const {
    if (!options_.on_frozen) return;
    const auto reader = store_.snapshot();
    const auto heads = reader->scan(Table::heads, "", "");
    for (; heads->valid(); heads->next()) {
        const auto frozen_at = decode_head(heads->value()).frozen_at;
        if (!frozen_at) continue;
        options_.on_frozen(
            keys::organization_in(heads->key()), *frozen_at, "it could not be applied before either"
        );
    }
}

std::unique_ptr<ledger::StateReader> Projector::read() const {
    return std::make_unique<SnapshotReader>(store_.snapshot(), recent_);
}

ledger::Position Projector::next_position(ledger::Partition partition) const {
    const auto checkpoint = read_checkpoint(*store_.snapshot(), partition);
    return checkpoint ? checkpoint->next : 0;
}

/// What a partition's worker knows about ranks is lost if its changes are not committed.
KnownBlocks Projector::take_known(ledger::Partition partition) {
    const std::lock_guard lock(known_mutex_);
    auto known = known_.extract(partition);
    return known ? std::move(known.mapped()) : KnownBlocks(options_.known_blocks_bytes);
}

void Projector::keep_known(ledger::Partition partition, KnownBlocks known) {
    const std::lock_guard lock(known_mutex_);
    known_.emplace(partition, std::move(known));
}

std::vector<Judged> Projector::apply(
    ledger::Partition partition,
    std::span<const ledger::LogEntry> entries,
    const ledger::WantedOf& wanted
) {
    std::vector<Judged> judged;
    if (entries.empty()) return judged;
    expect_no_gaps(entries, next_position(partition));
    auto writes = store_.write_set();
    KnownBlocks known = take_known(partition);
    const ApplyContext context{
        .writes = *writes,
        .partition = partition,
        .links = inputs_.links,
        .recent = *recent_,
        .known = known};
    Application application(context, inputs_.codec, options_, wanted, creating_);
    for (const auto& entry : entries) {
        judged.push_back(application.judge(entry));
        if (application.full()) break;
    }
    application.write();
    if (is_new_) {
        const auto fingerprint = expected_fingerprint(inputs_.links, options_.idempotency_ttl);
        writes->put(Table::meta, keys::kFingerprint, fingerprint);
    }
    const ledger::Checkpoint checkpoint{
        options_.ledger_identity, judged.back().position + 1, judged.back().hash};
    writes->put(Table::meta, keys::checkpoint(partition), ledger::encode_checkpoint(checkpoint));
    if (const auto newest = application.newest()) {
        const auto latest = std::max(*newest, read_newest(*writes, partition).value_or(*newest));
        writes->put(Table::meta, keys::newest(partition), keys::place(latest));
    }
    store_.commit(std::move(writes));
    is_new_ = false;
    application.keep_recent();
    keep_known(partition, std::move(known));
    if (options_.on_facts) {
        const auto facts =
            std::count_if(judged.begin(), judged.end(), [](const Judged& one) { return one.fact; });
        options_.on_facts(partition, static_cast<std::size_t>(facts));
    }
    for (const auto& report : application.take_reports()) report();
    return judged;
}

}  // namespace consularia::projections
