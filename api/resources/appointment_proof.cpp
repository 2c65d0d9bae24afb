// Handler of /appointments/{id}/proof/: all records about one appointment, and what shows to
// somebody who sees no others that there are no more up to a signed head.

#include "api/accept.hpp"
#include "api/audit_parts.hpp"
#include "api/audit_query.hpp"
#include "api/handlers.hpp"
#include "api/pieces.hpp"
#include "journal/history_nodes.hpp"
#include "ledger/record/export_line.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::api {

namespace {

using ledger::Sequence;

constexpr std::chrono::seconds kAskAgain{2};

Failure not_yet() {
    auto failure =
        unavailable("The histories of this organization are being brought up to its last event.");
    failure.retry_after = kAskAgain;
    return failure;
}

/// Whose records they are.
std::string subject_of(domain::AppointmentId id) {
    return "appointments/" + id.to_string();
}

Step answer_proof(
    const CallPtr& call, domain::AppointmentId id, Sequence from, const HistoryTree& histories
) {
    const auto organization = call->organization();
    const auto tree = tree_of(*call);
    const auto size = histories.head.size;
    if (tree.size() < size) return call->failed(tree_is_behind());
    auto head = head_at(*call, tree, size);
    head.histories = histories.head.root;
    const auto note = call->service.sign_head(organization, head);
    if (!note) return call->failed(no_audit_key());
    const auto subject = ledger::sha256(subject_of(id));
    auto records = journal::records_of(*histories.reader, organization, subject);
    auto [end, path] = journal::find_path(*histories.reader, organization, subject);
    if (!records.empty()) end.reset();  // its own leaf
    ledger::ProofLine proof{*note, std::move(path), std::move(end), from, {}};
    if (from > 0) proof.consistency = tree.consistency(from, size);
    auto last = ledger::proof_line(proof) + '\n';
    Parts lines;
    lines.count = records.size() + 1;
    lines.make = [&journal = *call->service.journal,
                  organization,
                  records = std::move(records),
                  last = std::move(last)](std::size_t index) {
        if (index == records.size()) return last;
        return ledger::export_line(record_of(journal, organization, records[index])) + '\n';
    };
    Response response;
    response.content_type = kRecordLines;
    response.sequence = size;
    set_body(response, std::move(lines), call->service.piece_bytes);
    return response;
}

}  // namespace

Step prove_appointment(CallPtr call) {
    const auto id = call->path_id<domain::AppointmentId>(0);
    if (!id) return call->failed(not_found());
    AuditNumbers numbers(call->request.query);
    const auto from = numbers.number("from", 0, 0);
    if (!numbers.errors().empty()) return call->failed(bad_fields(numbers.errors()));
    return when_known(std::move(call), "from", from, [id, from](const CallPtr& known) {
        return with_histories(
            known,
            known->service.command_deadline,
            [id, from](const CallPtr& ready, const std::optional<HistoryTree>& histories) -> Step {
                if (!histories) return ready->failed(not_yet());
                return answer_proof(ready, *id, from, *histories);
            }
        );
    });
}

}  // namespace consularia::api
