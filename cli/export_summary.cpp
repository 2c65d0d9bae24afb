#include "cli/export_summary.hpp"

#include "cli/export_verifier.hpp"
#include "ledger/record/canonical.hpp"
#include "ledger/record/json_text.hpp"

namespace consularia::cli {

namespace {

constexpr std::string_view kOrganizationType = "dev.consularia.organization.";
constexpr std::string_view kParticipant = "participants/";
/// Distinct types and actors that are counted one by one; the rest is counted together.
constexpr std::size_t kMaxCounts = 1000;

void add(std::map<std::string, std::uint64_t>& counts, std::string_view name) {
    const auto found = counts.find(std::string(name));
    if (found != counts.end()) {
        ++found->second;
    } else {
        ++counts[counts.size() < kMaxCounts ? std::string(name) : "others"];
    }
}

/// The token in the data of an event of the organization; null if there is none.
const ledger::Json* token_in(const ledger::Json& record) {
    const auto* const data = record.find("data");
    if (data == nullptr || !data->is_object()) return nullptr;
    const auto* const token = data->find("token");
    return token != nullptr && token->is_object() ? token : nullptr;
}

}  // namespace

void ExportSummary::take(std::string_view line) {
    ++records_;
    const auto bytes = record_in_line(line);
    const auto json = bytes ? ledger::JsonText::parse(*bytes) : std::nullopt;
    if (json && json->root().is_object()) {
        take_record(*bytes, json->root());
    } else {
        ++unreadable_;
    }
}

void ExportSummary::take_record(std::string_view bytes, const ledger::Json& record) {
    const auto time = ledger::parse_moment(record.find_text("time"));
    const auto sequence = ledger::parse_count(record.find_text("sequence"));
    if (!time || !sequence) {
        ++unreadable_;
        return;
    }
    note_unknown(bytes, *sequence);
    if (source_.empty()) source_ = record.find_text("source");
    last_ = *sequence;
    last_time_ = record.find_text("time");
    const auto wanted = times_.find(last_);
    if (wanted != times_.end()) wanted->second = last_time_;
    const bool in_period = period_.contains(*time);
    if (in_period) {
        ++in_period_;
        add(types_, record.find_text("type"));
        const auto actor = record.find_text("actor");
        add(actors_, actor.starts_with(kParticipant) ? "participants" : actor);
    }
    if (record.find_text("type").starts_with(kOrganizationType)) {
        note_token(record, last_, in_period);
    }
}

void ExportSummary::note_unknown(std::string_view record, std::uint64_t sequence) {
    const auto decoded = codec_.decode(record);
    if (decoded) return;
    if (decoded.error().skippable) {
        ++unknown_.skippable;
        return;
    }
    if (++unknown_.count > 1) return;
    unknown_.first = sequence;
    unknown_.why = decoded.error().why;
}

void ExportSummary::note_token(const ledger::Json& record, std::uint64_t sequence, bool in_period) {
    const auto* const token = token_in(record);
    if (token == nullptr) return;
    const std::string id(token->find_text("id"));
    std::string name(token->find_text("name"));
    if (!name.empty() && token_names_.size() < kMaxCounts) token_names_["tokens/" + id] = name;
    if (!in_period || changes_.size() == kMaxChanges) return;
    changes_.push_back(
        {sequence,
         std::string(record.find_text("time")),
         std::string(record.find_text("type").substr(kOrganizationType.size())),
         name.empty() ? id : id + " (" + name + ")",
         std::string(record.find_text("actor"))}
    );
}

std::string ExportSummary::name_of(const std::string& actor) const {
    const auto found = token_names_.find(actor);
    return found == token_names_.end() ? "" : found->second;
}

std::string ExportSummary::time_of(std::uint64_t sequence) const {
    const auto found = times_.find(sequence);
    if (found != times_.end()) return found->second;
    return sequence == last_ ? last_time_ : "";
}

}  // namespace consularia::cli
