// Handlers of /audit/: signed heads, their keys, proofs, and the records themselves. What they
// answer is made of the journal, up to the head that the read store has.

#include "api/accept.hpp"
#include "api/audit_parts.hpp"
#include "api/audit_query.hpp"
#include "api/handlers.hpp"
#include "api/pieces.hpp"
#include "base/json_writer.hpp"
#include "ledger/record/export_line.hpp"
#include "ledger/record/proof_json.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace consularia::api {

namespace {

using ledger::Sequence;

/// Heads have the root of the histories if it takes no longer than this to bring them up.
constexpr std::chrono::milliseconds kHistoriesWait{1000};

using Histories = std::optional<HistoryTree>;

/// The newest head: that of the histories, if they are there.
TreeHead newest_head(const Call& call, const journal::Tree& tree, const Histories& histories) {
    if (!histories) return head_at(call, tree, call.sequence.value());
    auto head = head_at(call, tree, histories->head.size);
    head.histories = histories->head.root;
    return head;
}

Sequence newest_size(const Call& call, const Histories& histories) {
    return histories ? histories->head.size : call.sequence.value();
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
    json.text("leaf", ledger::base64_of(ledger::leaf_hash(record_of(*call, sequence))));
    ledger::write_path(json, tree.inclusion(sequence, size));
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
    ledger::write_path(json, tree.consistency(from, to));
    return json_answer(*call, std::move(json));
}

Step answer_export(const CallPtr& call, Sequence after, const Histories& histories) {
    const auto tree = tree_of(*call);
    const auto size = newest_size(*call, histories);
    if (tree.size() < size) return call->failed(tree_is_behind());
    auto note = call->service.sign_head(call->organization(), newest_head(*call, tree, histories));
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
        if (sequence > size) return ledger::head_line(note) + '\n';
        return ledger::export_line(record_of(journal, organization, sequence)) + '\n';
    };
    Response response;
    response.content_type = kRecordLines;
    response.sequence = size;
    set_body(response, std::move(lines), call->service.piece_bytes);
    return response;
}

/// The time of the last fact that the head counts.
domain::Timestamp time_of(const Call& call, Sequence size) {
    if (size != call.sequence) {
        const projections::Past past{*call.snapshot, *call.service.journal, *call.service.codec};
        const auto record = projections::find_record(past, call.organization(), size);
        if (record) return record->time;
    }
    return projections::find_head(*call.snapshot, call.organization()).time;
}

Step answer_head(const CallPtr& call, const Histories& histories) {
    const auto tree = tree_of(*call);
    const auto size = newest_size(*call, histories);
    if (tree.size() < size) return call->failed(tree_is_behind());
    const auto head = newest_head(*call, tree, histories);
    auto note = call->service.sign_head(call->organization(), head);
    if (!note) return call->failed(no_audit_key());
    Response response;
    response.sequence = size;
    if (prefers_note(call->request.header("Accept").value_or(""))) {
        response.content_type = "text/plain; charset=utf-8";
        response.body = *std::move(note);
        return response;
    }
    JsonWriter json;
    json.begin_object();
    write_number(json, "sequence", size);
    json.text("root", ledger::base64_of(head.root));
    json.text("chain", ledger::to_hex(head.chain));
    if (head.histories) {
        json.text("histories", ledger::to_hex(*head.histories));
    } else {
        json.null("histories");
    }
    json.text("time", domain::format(time_of(*call, size)));
    json.text("note", *note);
    json.end_object();
    response.body = json.take();
    return response;
}

}  // namespace

Step retrieve_audit_head(CallPtr call) {
    return with_histories(std::move(call), kHistoriesWait, answer_head);
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
        return with_histories(
            known,
            kHistoriesWait,
            [after](const CallPtr& ready, const Histories& histories) {
                return answer_export(ready, after, histories);
            }
        );
    });
}

}  // namespace consularia::api
