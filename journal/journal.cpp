#include "journal/journal.hpp"

#include "base/check.hpp"
#include "journal/rows.hpp"
#include "journal/table.hpp"
#include "ledger/log/storage_error.hpp"

#include <utility>

namespace consularia::journal {
namespace {

using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;

/// How many records replay() reads at once.
constexpr std::size_t kReplayed = 1024;

[[noreturn]] void fact_is_missing(domain::OrganizationId organization, ledger::Sequence sequence) {
    throw ledger::StorageError(
        "the journal is damaged: fact " + std::to_string(sequence) + " of organization " +
        organization.to_string() + " is missing"
    );
}

}  // namespace

const tables::Schema& schema() {
    static const auto schema = tables::schema_of<Table>("the journal");
    return schema;
}

std::optional<ledger::Checkpoint> read_checkpoint(
    const tables::Reader& reader, Partition partition
) {
    const auto row = reader.get(Table::meta, checkpoint_key(partition));
    return row ? std::optional(ledger::decode_checkpoint(*row)) : std::nullopt;
}

ledger::Reading Fact::reading(const ledger::RecordCodec& codec) const {
    return ledger::reading_of(codec.decode(value));
}

void Journal::open(JournaledLog log) {
    CHECK(log_ == nullptr);
    const auto format = store_.snapshot()->get(Table::meta, kFormatKey);
    if (format && *format != kFormat) {
        throw ledger::StorageError(
            "the journal has format " + *format + ", which this version does not know: it reads " +
            std::string(kFormat)
        );
    }
    owned_ = std::make_unique<const JournaledLog>(std::move(log));
    log_ = owned_.get();
}

void Journal::note_log() {
    auto writes = store_.write_set();
    writes->put(Table::meta, kFormatKey, kFormat);
    writes->put(Table::meta, checkpoint_key(0), ledger::encode_checkpoint({log().identity, 0, {}}));
    store_.commit(std::move(writes));
}

Position Journal::next_position(Partition partition) const {
    const auto checkpoint = read_checkpoint(*store_.snapshot(), partition);
    return checkpoint ? checkpoint->next : 0;
}

Replay Journal::replay(Partition partition, Position from) const {
    const auto reader = store_.snapshot();
    const auto end = read_checkpoint(*reader, partition);
    Replay replay;
    if (!end || from >= end->next) return replay;
    replay.entries = records_from(*reader, partition, from);
    // The log may have records that were not read yet.
    std::erase_if(replay.entries, [&](const LogEntry& entry) {
        return entry.position >= end->next;
    });
    replay.through = *end;
    if (!replay.entries.empty()) {
        const auto& last = replay.entries.back();
        replay.through.next = last.position + 1;
        replay.through.last_hash = ledger::sha256(last.value);
    }
    return replay;
}

/// From a log, all records; from the journal's own copies, facts only.
std::vector<LogEntry> Journal::records_from(
    const tables::Reader& reader, Partition partition, Position from
) const {
    if (const auto* const records = log().records) return records->read(partition, from, kReplayed);
    std::vector<LogEntry> entries;
    std::size_t bytes = 0;
    const auto rows =
        reader.scan(Table::records, encode_place(partition, from), encode_place(partition + 1, 0));
    for (; rows->valid() && entries.size() < kReplayed && bytes < ledger::kTailBytes;
         rows->next()) {
        entries.push_back({decode_place(rows->key()).position, std::string(rows->value())});
        bytes += rows->value().size();
    }
    return entries;
}

ledger::Head Journal::head(domain::OrganizationId organization) const {
    return find_head(*store_.snapshot(), organization);
}

std::optional<std::string> Journal::fact(
    domain::OrganizationId organization, ledger::Sequence sequence
) const {
    const auto reader = store_.snapshot();
    const auto place = reader->get(Table::places, fact_key(organization, sequence));
    if (!place) return std::nullopt;
    auto value = record_at(*reader, *place);
    if (!value) fact_is_missing(organization, sequence);
    return value;
}

std::vector<Fact> Journal::facts(
    domain::OrganizationId organization, ledger::Sequence from, std::size_t limit, std::size_t bytes
) const {
    std::vector<Fact> facts;
    std::size_t size = 0;
    const auto reader = store_.snapshot();
    const auto places =
        reader->scan(Table::places, fact_key(organization, from), after_facts(organization));
    for (; places->valid() && facts.size() < limit && size <= bytes; places->next()) {
        const auto sequence = from + facts.size();
        auto value = record_at(*reader, places->value());
        if (places->key() != fact_key(organization, sequence) || !value) {
            fact_is_missing(organization, sequence);
        }
        size += value->size();
        const auto position = decode_place(places->value()).position;
        facts.push_back({sequence, position, *std::move(value)});
    }
    return facts;
}

std::optional<std::string> Journal::record_at(const tables::Reader& reader, std::string_view place)
    const {
    const JournaledLog* const log = log_;
    if (log == nullptr || log->records == nullptr) return reader.get(Table::records, place);
    const auto [partition, position] = decode_place(place);
    auto entries = log->records->read(partition, position, 1);
    if (entries.empty()) return std::nullopt;
    return std::move(entries.front().value);
}

}  // namespace consularia::journal
