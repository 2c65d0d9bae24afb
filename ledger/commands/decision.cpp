#include "ledger/commands/decision.hpp"

#include "base/overloaded.hpp"
#include "domain/appointment/decide.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace consularia::ledger {

namespace {

/// An event, or the answer that makes one unnecessary.
using Outcome = std::variant<RecordEvent, Reply>;

bool may_write(
    const domain::Organization& organization, domain::TokenId token, domain::Timestamp now
) {
    const auto* registered = std::get_if<domain::Registered>(&organization);
    const domain::Token* found = registered ? registered->find_token(token) : nullptr;
    return found && !found->expired(now) && found->grant.scopes.has(domain::Scope::write);
}

std::optional<Reply> find_answered(
    const RecordCodec& codec,
    const Submission& submission,
    const StateReader& state,
    domain::Timestamp now,
    std::chrono::microseconds ttl
) {
    if (!submission.idempotency) return std::nullopt;
    const domain::OrganizationId organization = submission.organization;
    const auto& [key, request_hash] = *submission.idempotency;
    for (const auto& name : codec.remembered_names(organization, submission.actor, key)) {
        const auto entry = state.remembered(organization, name);
        if (!entry || entry->time + ttl <= now) continue;
        const Sequence head = state.head(organization).sequence;
        if (entry->request_hash != request_hash) return IdempotencyMismatch{head};
        return Replayed{entry->sequence, head};
    }
    return std::nullopt;
}

Outcome decide_appointment(
    const domain::AppointmentCommand& command,
    domain::OrganizationId organization,
    const StateReader& state,
    domain::Timestamp now
) {
    const domain::AppointmentId id = domain::target_of(command);
    domain::Appointment appointment = state.appointment(organization, id);
    auto decided = domain::decide(appointment, command, now);
    const Sequence head = state.head(organization).sequence;
    if (!decided) return Refused{std::move(decided.error()), head};
    if (!*decided) return Unchanged{head, std::move(appointment)};
    const domain::Version version = domain::version_of(appointment) + 1;
    return RecordEvent(AppointmentFact{id, version, **std::move(decided)});
}

Outcome decide_organization(
    const domain::OrganizationCommand& command,
    domain::OrganizationId organization,
    const StateReader& state,
    domain::Timestamp now
) {
    auto decided = domain::decide(state.organization(organization), command, now);
    const Sequence head = state.head(organization).sequence;
    if (!decided) return Refused{std::move(decided.error()), head};
    if (!*decided) return Unchanged{head, domain::Absent{}};
    return RecordEvent(**std::move(decided));
}

}  // namespace

Sealed seal(
    const RecordCodec& codec,
    const Submission& submission,
    RecordEvent event,
    const Head& head,
    domain::Timestamp time
) {
    Record record{
        .id = submission.event_id,
        .organization = submission.organization,
        .sequence = head.sequence + 1,
        .prevhash = head.hash,
        .time = time,
        .actor = submission.actor,
        .request_id = codec.stored_request_id(submission.request),
        .idempotency = submission.idempotency,
        .event = std::move(event),
    };
    if (auto& idempotency = record.idempotency) {
        idempotency->key = codec.stored_key(record.organization, idempotency->key);
    }
    std::string value = codec.encode(record);
    const Hash hash = sha256(value);
    return {std::move(record), std::move(value), hash};
}

Decision decide(
    const RecordCodec& codec,
    const Submission& submission,
    const StateReader& state,
    domain::Timestamp clock,
    std::chrono::microseconds idempotency_ttl
) {
    const domain::OrganizationId organization = submission.organization;
    if (state.frozen(organization)) return Frozen{};
    const Head head = state.head(organization);
    const domain::Timestamp now = std::max(clock, head.time + std::chrono::microseconds(1));
    // A foreign record may have the last possible time.
    if (now > domain::kLatest) return NoTimeLeft{};

    const auto* actor = std::get_if<TokenActor>(&submission.actor);
    if (actor && !may_write(state.organization(organization), actor->token, now)) {
        return Unauthorized{};
    }
    if (auto answered = find_answered(codec, submission, state, now, idempotency_ttl)) {
        return *std::move(answered);
    }
    Outcome outcome = std::visit(
        Overloaded{
            [&](const domain::AppointmentCommand& command) {
                return decide_appointment(command, organization, state, now);
            },
            [&](const domain::OrganizationCommand& command) {
                return decide_organization(command, organization, state, now);
            },
        },
        submission.command
    );
    if (auto* reply = std::get_if<Reply>(&outcome)) return std::move(*reply);
    Sealed sealed = seal(codec, submission, std::get<RecordEvent>(std::move(outcome)), head, now);
    if (sealed.value.size() > kMaxRecordBytes) return RecordTooLarge{};
    return sealed;
}

}  // namespace consularia::ledger
