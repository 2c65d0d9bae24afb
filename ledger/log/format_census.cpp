#include "ledger/log/format_census.hpp"

#include "ledger/record/canonical.hpp"
#include "ledger/record/parsed_value.hpp"
#include "ledger/record/shown_format.hpp"
#include "ledger/record/type_name.hpp"

#include <algorithm>

namespace consularia::ledger {

namespace {

std::string_view text_in(const ParsedValue& value, std::string_view attribute) {
    return value.object ? value.object->root().find_text(attribute) : "";
}

/// Adds one fact to the group.
void add(
    FactGroup& group,
    Partition partition,
    Position position,
    std::optional<domain::Timestamp> time,
    const std::string& why
) {
    if (group.facts++ == 0) {
        group.partition = partition;
        group.position = position;
        group.why = why;
    }
    if (!time) return;
    group.from = std::min(group.from.value_or(*time), *time);
    group.to = std::max(group.to.value_or(*time), *time);
}

bool is_marked(const ParsedValue& value) {
    const auto* const mark = value.object ? value.object->root().find("skippable") : nullptr;
    return mark != nullptr && mark->is_true();
}

}  // namespace

void FormatCensus::take(Partition partition, const LogEntry& fact) {
    const auto value = parse_value(fact.value);
    const auto record = codec_.decode(value);
    const auto reading = reading_of(record);
    std::string type(text_in(value, "type"));
    if (!looks_like_ours(type)) type.clear();
    const auto time = parse_moment(text_in(value, "time"));
    const std::string why = record ? "" : record.error().why;
    add(types_[{type, reading}], partition, fact.position, time, why);
    if (reading == Reading::unreadable) return;
    const Envelope& envelope = record ? *record : *record.error().skippable;
    add(formats_[shown_format(envelope, is_marked(value))], partition, fact.position, time, "");
}

std::uint64_t FormatCensus::count(Reading reading) const {
    std::uint64_t facts = 0;
    for (const auto& [type, group] : types_) {
        if (type.second == reading) facts += group.facts;
    }
    return facts;
}

}  // namespace consularia::ledger
