#include "projections/apply_step.hpp"

#include "base/check.hpp"
#include "ledger/record/hash.hpp"
#include "ledger/record/vocabulary.hpp"
#include "projections/deadline_rows.hpp"
#include "projections/idempotency_rows.hpp"
#include "projections/keys.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <string_view>

namespace consularia::projections {
namespace {

using ledger::Judged;

/// Why a fact could not be applied.
using Applied = tl::expected<void, std::string>;

constexpr std::string_view kImpossible = "its event cannot have happened in this state";

}  // namespace

Judged ApplyStep::apply(const ledger::LogEntry& entry, const journal::Verdict& verdict) {
    Judged judged;
    judged.position = entry.position;
    judged.hash = verdict.hash;
    judged.fact = verdict.fact;
    if (verdict.fact) {
        apply_fact(judged, verdict, entry.value.size());
    } else {
        apply_void(judged, verdict.value.link);
    }
    return judged;
}

HeadRow& ApplyStep::head_of(domain::OrganizationId organization) {
    const auto [found, is_new] = heads_.try_emplace(organization);
    if (is_new) found->second = find_head_row(writes(), organization);
    return found->second;
}

void ApplyStep::write() {
    for (const auto& [organization, head] : heads_) {
        if (head.head.sequence == 0) continue;  // It has only void records.
        writes().put(Table::heads, keys::organization(organization), encode_head(head));
    }
    // Deadlines that change must be in their places.
    for (const auto organization : freezing_) {
        restore_deadlines(writes(), partition(), organization);
    }
    rows_.write();
    write_freezes();
}

void ApplyStep::write_freezes() {
    for (const auto organization : freezing_) {
        const auto key = keys::organization(organization);
        if (heads_.at(organization).frozen) {
            // None of its deadlines is due any more, whatever was just written.
            forget_deadlines(writes(), partition(), organization);
            writes().put(Table::frozen, key, "");
        } else {
            writes().erase(Table::frozen, key);
        }
    }
}

void ApplyStep::apply_void(Judged& judged, const std::optional<ledger::ChainLink>& link) {
    std::string_view why = "it is not the next record of its organization";
    if (!link) {
        why = "it is not a record";
    } else if (ledger::partition_of(link->organization, context_.partitions) != partition()) {
        why = "it is a record of another partition";
    } else {
        judged.frozen = head_of(link->organization).frozen.has_value();
    }
    if (!context_.options.on_void) return;
    reports_.emplace_back([this, position = judged.position, why] {
        context_.options.on_void(partition(), position, why);
    });
}

void ApplyStep::apply_fact(
    Judged& judged, const journal::Verdict& verdict, std::size_t record_bytes
) {
    const ledger::ChainLink& link = *verdict.value.link;
    HeadRow& head = head_of(link.organization);
    const auto time_before = head.head.time;
    head.head = {link.sequence, judged.hash, time_before};
    if (!head.frozen) {
        const auto applied = apply_event(judged, head, verdict.value, record_bytes, verdict.wanted);
        if (!applied) {
            freeze(head, link, judged.position, applied.error());
        }
    }
    judged.frozen = head.frozen.has_value();
    judged.head = head.head;
}

void ApplyStep::freeze(
    HeadRow& head, const ledger::ChainLink& link, ledger::Position position, const std::string& why
) {
    const auto organization = link.organization;
    const auto vocabulary = ledger::fingerprint_of(ledger::vocabulary_of(context_.codec));
    head.frozen = {position, link.sequence, vocabulary};
    freezing_.insert(organization);
    if (!context_.options.on_frozen) return;
    reports_.emplace_back([this, organization, position, why] {
        context_.options.on_frozen(organization, position, why);
    });
}

bool ApplyStep::thaw(domain::OrganizationId organization, const journal::Fact& fact) {
    HeadRow& head = head_of(organization);
    CHECK(head.frozen && head.frozen->sequence == fact.sequence);
    freezing_.insert(organization);
    Judged judged;
    judged.position = fact.position;
    judged.hash = ledger::sha256(fact.value);
    const auto value = ledger::parse_value(fact.value);
    const auto applied =
        apply_event(judged, head, value, fact.value.size(), ledger::Wanted::verdict);
    if (!applied) {
        freeze(head, *value.link, fact.position, applied.error());
    } else if (fact.sequence == head.head.sequence) {
        head.frozen.reset();
    } else {
        ++head.frozen->sequence;
    }
    return applied.has_value();
}

Applied ApplyStep::apply_event(
    Judged& judged,
    HeadRow& head,
    const ledger::ParsedValue& value,
    std::size_t record_bytes,
    ledger::Wanted wanted
) {
    auto record = context_.codec.decode(value);
    if (!record && !record.error().skippable) return tl::unexpected(std::move(record.error().why));
    ledger::Envelope& envelope = record ? *record : *record.error().skippable;
    keep_time(envelope, head, judged.position);
    if (record) {
        auto after = rows_.apply(*record, record_bytes, wanted);
        if (!after) return tl::unexpected(std::string(kImpossible));
        held_ += after->bytes;
        judged.state = std::move(after->state);
        judged.rendering = std::move(after->rendering);
    } else {
        const auto type = value.object->root().find("type")->string().value();
        writes().put(Table::meta, keys::skipped(type), "");
    }
    remember(writes(), envelope, context_.options.idempotency_ttl, head);
    head.head.time = envelope.time;
    newest_ = std::max(newest_.value_or(envelope.time), envelope.time);
    return {};
}

/// A fact counts as of its time, or as of the moment after its predecessor's counted time if that
/// is later (docs/events.md): state derived from the facts never goes back in time.
void ApplyStep::keep_time(ledger::Envelope& fact, const HeadRow& head, ledger::Position position) {
    std::string_view why;
    if (fact.sequence > 1 && fact.time <= head.head.time) {
        fact.time = std::min(head.head.time + std::chrono::microseconds(1), domain::kLatest);
        why = "its time is not later than its predecessor's";
        // A replay of the fact needs it.
        writes().put(
            Table::counted_times,
            keys::fact(fact.organization, fact.sequence),
            keys::place(fact.time)
        );
    } else if (fact.time == domain::kLatest) {
        why = "its time is the last possible one, so nothing can follow it";
    }
    if (why.empty() || !context_.options.on_bad_time) return;
    reports_.emplace_back([this, organization = fact.organization, position, why] {
        context_.options.on_bad_time(organization, position, why);
    });
}

}  // namespace consularia::projections
