// Handlers of /audit/: signed heads, their keys, proofs, and the records themselves. What they
// answer is made of the journal, up to the head that the read store has.

#include "api/accept.hpp"
#include "api/audit_query.hpp"
#include "api/handlers.hpp"
#include "api/pieces.hpp"
#include "base/base64.hpp"
#include "base/check.hpp"
#include "base/json_writer.hpp"
#include "journal/tree.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/export_line.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::api {

namespace {

using ledger::Hash;
using ledger::Sequence;

Failure no_audit_key() {
    return {
        409,
        "No audit key is valid: run `consularia secrets rotate-audit-key` with the secrets file, "
        "then restart the server.",
        {}};
}

Failure tree_is_behind() {
    return unavailable("The tree of this organization is being built.");
}

Failure ahead_of_head(const std::string& what, Sequence asked, Sequence head) {
    return {
        409,
        "The " + what + " " + std::to_string(asked) + " is ahead of the head " +
            std::to_string(head) + ".",
        {}};
}

std::string base64_of(const Hash& hash) {
    return to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

/// Of a fact that the journal's tree has.
std::string record_of(
    const journal::Journal& journal, domain::OrganizationId organization, Sequence sequence
) {
    auto record = journal.fact(organization, sequence);
    if (!record) throw ledger::StorageError("the journal has lost a fact");
    return *std::move(record);
}

std::string record_of(const Call& call, Sequence sequence) {
    return record_of(*call.service.journal, call.organization(), sequence);
}

journal::Tree tree_of(const Call& call) {
    return {*call.service.journal, call.organization()};
}

/// Of a size that the tree has.
TreeHead head_at(const Call& call, const journal::Tree& tree, Sequence size) {
    TreeHead head{size, tree.root(size), {}};
    if (size > 0) head.chain = ledger::sha256(record_of(call, size));
    return head;
}

Response json_answer(const Call& call, JsonWriter json) {
    json.end_object();
    Response response;
    response.sequence = call.sequence;
    response.body = json.take();
    return response;
}

void write_path(JsonWriter& json, const std::vector<Hash>& path) {
    json.begin_array("path");
    for (const auto& hash : path) json.element(base64_of(hash));
    json.end_array();
}

void write_number(JsonWriter& json, std::string_view name, std::uint64_t number) {
    json.number(name, static_cast<std::int64_t>(number));
}

using Answering = std::function<Step(const CallPtr&)>;

/// Answers at once if the number, which `what` names, is not ahead of the head; otherwise once the
/// newest data says that it is.
Step when_known(CallPtr call, std::string what, Sequence asked, Answering answer) {
    if (asked <= call->sequence.value()) return answer(call);
    const auto organization = call->organization();
    return after_sync(
        call,
        organization,
        [call, asked, what = std::move(what), answer = std::move(answer)]() -> Step {
            if (const auto failure = call->look_again()) return call->failed(*failure);
            if (asked > *call->sequence) {
                return call->failed(ahead_of_head(what, asked, *call->sequence));
            }
            return answer(call);
        }
    );
}

Step answer_proof(const CallPtr& call, Sequence sequence, Sequence size) {
    const auto tree = tree_of(*call);
    if (tree.size() < size) return call->failed(tree_is_behind());
    const auto note = call->service.sign_head(call->organization(), head_at(*call, tree, size));
    if (!note) return call->failed(no_audit_key());
    JsonWriter json;
    json.begin_object();
    write_number(json, "sequence", sequence);
    write_number(json, "size", size);
    json.text("leaf", base64_of(ledger::leaf_hash(record_of(*call, sequence))));
    write_path(json, tree.inclusion(sequence, size));
    json.text("head", *note);
    return json_answer(*call, std::move(json));
}

Step answer_consistency(const CallPtr& call, Sequence from, Sequence to) {
    const auto tree = tree_of(*call);
    if (tree.size() < to) return call->failed(tree_is_behind());
    JsonWriter json;
    json.begin_object();
    write_number(json, "from", from);
    write_number(json, "to", to);
    write_path(json, tree.consistency(from, to));
    return json_answer(*call, std::move(json));
}

std::string head_line(const std::string& note) {
    JsonWriter json;
    json.begin_object();
    json.text("head", note);
    json.end_object();
    return json.take() + '\n';
}

Step answer_export(const CallPtr& call, Sequence after) {
    const auto tree = tree_of(*call);
    const auto size = call->sequence.value();
    if (tree.size() < size) return call->failed(tree_is_behind());
    auto note = call->service.sign_head(call->organization(), head_at(*call, tree, size));
    if (!note) return call->failed(no_audit_key());
    Parts lines;
    lines.count = size - after + 1;
    // Facts do not change: no snapshot is held for a client that reads slowly.
    lines.make = [&journal = *call->service.journal,
                  organization = call->organization(),
                  after,
                  size,
                  note = *std::move(note)](std::size_t index) {
        const auto sequence = after + index + 1;
        if (sequence > size) return head_line(note);
        return ledger::export_line(record_of(journal, organization, sequence)) + '\n';
    };
    Response response;
    response.content_type = kRecordLines;
    response.sequence = call->sequence;
    set_body(response, std::move(lines), call->service.piece_bytes);
    return response;
}

}  // namespace

Step retrieve_audit_head(CallPtr call) {
    const auto tree = tree_of(*call);
    const auto size = call->sequence.value();
    if (tree.size() < size) return call->failed(tree_is_behind());
    const auto head = head_at(*call, tree, size);
    auto note = call->service.sign_head(call->organization(), head);
    if (!note) return call->failed(no_audit_key());
    if (prefers_note(call->request.header("Accept").value_or(""))) {
        Response response;
        response.content_type = "text/plain; charset=utf-8";
        response.sequence = call->sequence;
        response.body = *std::move(note);
        return response;
    }
    const auto time = projections::find_head(*call->snapshot, call->organization()).time;
    JsonWriter json;
    json.begin_object();
    write_number(json, "sequence", size);
    json.text("root", base64_of(head.root));
    json.text("chain", ledger::to_hex(head.chain));
    json.text("time", domain::format(time));
    json.text("note", *note);
    return json_answer(*call, std::move(json));
}

Step list_audit_keys(CallPtr call) {
    JsonWriter json;
    json.begin_object();
    json.begin_array("keys");
    for (const auto& key : call->service.audit_keys(call->organization())) {
        json.begin_object();
        json.number("id", key.id);
        json.text("verifier_key", key.verifier_key);
        json.text("valid_from", domain::format(key.valid_from));
        if (key.valid_to) {
            json.text("valid_to", domain::format(*key.valid_to));
        } else {
            json.null("valid_to");
        }
        json.end_object();
    }
    json.end_array();
    return json_answer(*call, std::move(json));
}

Step prove_inclusion(CallPtr call) {
    AuditNumbers numbers(call->request.query);
    const auto sequence = numbers.number("sequence", 1);
    const auto given = numbers.number("size", 1, std::max(sequence, call->sequence.value()));
    numbers.expect_order("sequence", sequence, "size", given);
    if (!numbers.errors().empty()) return call->failed(bad_fields(numbers.errors()));
    return when_known(std::move(call), "size", given, [sequence, given](const CallPtr& known) {
        return answer_proof(known, sequence, given);
    });
}

Step prove_consistency(CallPtr call) {
    AuditNumbers numbers(call->request.query);
    const auto from = numbers.number("from", 1);
    const auto to = numbers.number("to", 1, std::max(from, call->sequence.value()));
    numbers.expect_order("from", from, "to", to);
    if (!numbers.errors().empty()) return call->failed(bad_fields(numbers.errors()));
    return when_known(std::move(call), "to", to, [from, to](const CallPtr& known) {
        return answer_consistency(known, from, to);
    });
}

Step export_records(CallPtr call) {
    AuditNumbers numbers(call->request.query);
    const auto after = numbers.number("after", 0, 0);
    if (!numbers.errors().empty()) return call->failed(bad_fields(numbers.errors()));
    return when_known(std::move(call), "position", after, [after](const CallPtr& known) {
        return answer_export(known, after);
    });
}

}  // namespace consularia::api
