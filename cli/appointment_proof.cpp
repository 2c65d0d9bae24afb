#include "cli/appointment_proof.hpp"

#include "cli/export_reader.hpp"
#include "cli/export_verifier.hpp"
#include "ledger/record/export_line.hpp"
#include "ledger/record/json_text.hpp"
#include "ledger/record/merkle.hpp"
#include "ledger/record/proof_json.hpp"
#include "ledger/record/subject.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace consularia::cli {

namespace {

using ledger::Hash;
using ledger::Json;
using ledger::ProofLine;

constexpr std::size_t kIdText = 36;

/// Throws if a part of the last line is missing or malformed.
template <class Part>
Part required(std::optional<Part> part) {
    if (!part) throw Altered("the last line is none of a proof");
    return *std::move(part);
}

Hash find_hash(const Json& object, std::string_view name) {
    return required(ledger::hash_of_base64(object.find_text(name)));
}

/// The member, if it is an object; null if it is null.
const Json* find_object(const Json& line, std::string_view name) {
    const auto* const found = line.find(name);
    if (found == nullptr || (!found->is_null() && !found->is_object())) {
        throw Altered("the last line is none of a proof");
    }
    return found->is_null() ? nullptr : found;
}

/// Reads exactly what proof_line prints.
ProofLine read_last(std::string_view text) {
    const auto json = ledger::JsonText::parse(text);
    if (!json || !json->root().is_object()) throw Altered("the last line is none of a proof");
    const auto& line = json->root();
    ProofLine last;
    last.note = line.find_text("head");
    last.path = required(ledger::read_path(line));
    if (const auto* const other = find_object(line, "other")) {
        last.other = {find_hash(*other, "subject"), find_hash(*other, "history")};
    }
    if (const auto* const consistency = find_object(line, "consistency")) {
        const auto* const from = consistency->find("from");
        const auto size = from == nullptr ? std::nullopt : from->integer();
        if (!size || *size <= 0 || *size >= static_cast<std::int64_t>(kSequencesEnd)) {
            throw Altered("the last line is none of a proof");
        }
        last.from = static_cast<std::uint64_t>(*size);
        last.consistency = required(ledger::read_path(*consistency));
    }
    if (ledger::proof_line(last) != text) throw Altered("the last line is none of a proof");
    return last;
}

std::string_view organization_in(const infra::SignedHead& head) {
    const std::string_view origin = head.origin;
    return origin.substr(origin.size() - std::min(origin.size(), kIdText));
}

/// Whether the kept head is the beginning of the one at the end.
void compare(const AuditHead& one, const infra::SignedHead& end, const ProofLine& last) {
    const auto& kept = one.head;
    const auto label = "head " + one.label;
    if (organization_in(kept) != organization_in(end)) {
        throw Altered(label + ": it is of " + kept.origin);
    }
    if (kept.size > end.size) {
        throw Altered(
            label + " counts " + std::to_string(kept.size) +
            " records, and the one at the end only " + std::to_string(end.size)
        );
    }
    if (kept.size == end.size) {
        const bool same = kept.root == end.root && kept.chain == end.chain;
        if (!same || (kept.histories && kept.histories != end.histories)) {
            throw Altered(label + ": it is not the one at the end");
        }
        return;
    }
    if (kept.size == 0) return;
    if (last.from != kept.size) {
        throw CannotTell(
            label +
            ": the proof does not say whether it is the beginning of the one at the end, one that "
            "was asked for with ?from=" +
            std::to_string(kept.size) + " does"
        );
    }
    if (!ledger::verify_consistency(kept.size, end.size, last.consistency, kept.root, end.root)) {
        throw Altered(label + ": it is not the beginning of the one at the end");
    }
}

infra::SignedHead open_end(const std::string& note, const AuditKeys& keys) {
    try {
        return open_head(note, keys, "at the end").head;
    } catch (const CannotTell& reason) {
        throw Altered(reason.what());
    }
}

}  // namespace

AppointmentProof::AppointmentProof(std::string appointment)
    : appointment_(std::move(appointment)),
      subject_(ledger::sha256("appointments/" + appointment_)) {}

void AppointmentProof::take(std::string_view line) {
    const auto label = "line " + std::to_string(++lines_) + ": ";
    const auto [link, hash, leaf, subject] = digest_line(line);
    if (!link) throw Altered(label + "it is no record");
    const auto organization = link->organization.to_string();
    if (organization_.empty()) organization_ = organization;
    if (subject != subject_ || organization != organization_) {
        throw Altered(label + "it is not about appointment " + appointment_);
    }
    if (link->sequence <= last_) {
        throw Altered(label + "record " + std::to_string(link->sequence) + " is not in its place");
    }
    last_ = link->sequence;
    history_ = ledger::history_with(history_, leaf);
}

std::string AppointmentProof::finish(
    std::string_view line, const AuditKeys& keys, std::span<const AuditHead> heads
) const {
    if (!line.starts_with(ledger::kHeadLineBeginning))
        throw Altered("the proof ends without a head");
    const auto last = read_last(line);
    const auto end = open_end(last.note, keys);
    check_end(end, {last.other, last.path});
    for (const auto& kept : heads) compare(kept, end, last);
    const auto which = " up to record " + std::to_string(end.size) + " of organization " +
                       std::string(organization_in(end));
    if (lines_ == 0) return "appointment " + appointment_ + " has no record" + which;
    return "appointment " + appointment_ + " has " + std::to_string(lines_) +
           " records, of which record " + std::to_string(last_) + " is the last," + which;
}

void AppointmentProof::check_end(const infra::SignedHead& end, const ledger::SparseProof& proof)
    const {
    const auto named = organization_.empty() ? std::string(organization_in(end)) : organization_;
    const auto id = domain::OrganizationId::parse(named);
    if (!id || !end.origin.ends_with("/organizations/" + id->to_string())) {
        throw Altered("head at the end: it is of " + end.origin);
    }
    if (!end.histories) throw CannotTell("head at the end: it says nothing of histories");
    if (last_ > end.size) {
        throw Altered("record " + std::to_string(last_) + ": it is behind the head at the end");
    }
    auto shown = proof;
    if (lines_ > 0) shown.end = ledger::SparseLeaf{subject_, history_};
    const bool own_leaf = lines_ == 0 && shown.end && shown.end->key == subject_;
    if (own_leaf || ledger::root_of(shown, subject_) != end.histories) {
        throw Altered("the head at the end has another history of appointment " + appointment_);
    }
}

std::string read_appointment_proof(
    const std::string& file,
    const std::string& appointment,
    const AuditKeys& keys,
    std::span<const AuditHead> heads
) {
    AppointmentProof proof(appointment);
    const auto last = for_each_record_line(file, [&](std::string_view line) { proof.take(line); });
    return proof.finish(last, keys, heads);
}

}  // namespace consularia::cli
