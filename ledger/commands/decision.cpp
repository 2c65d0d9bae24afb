#include "ledger/commands/decision.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace consularia::ledger {

namespace {

/// An event, or the answer that makes one unnecessary.
using EventOrReply = std::variant<RecordEvent, Reply>;

/// Whether the organization has this token, with this scope.
bool permits(
    const domain::Organization& organization,
    domain::TokenId token,
    std::optional<domain::Scope> scope,
    domain::Timestamp now
) {
    const auto* registered = std::get_if<domain::Registered>(&organization);
    const domain::Token* found = registered ? registered->find_token(token) : nullptr;
    if (!found || found->expired(now)) return false;
    return scope && found->grant.scopes.has(*scope);
}

std::optional<Reply> find_answered(
    const Submission& submission,
    const Overlay& state,
    domain::Timestamp now,
    std::chrono::microseconds ttl
) {
    if (!submission.idempotency) return std::nullopt;
    const domain::OrganizationId organization = submission.organization;
    const auto& [key, request_hash] = *submission.idempotency;
    const auto find = [&](const std::string& name) { return state.remembered(organization, name); };
    const auto entry = find_unexpired(submission.actor, key, now, ttl, find);
    if (!entry) return std::nullopt;
    const Sequence head = state.head(organization).sequence;
    if (entry->request_hash != request_hash) return IdempotencyMismatch{head};
    return Replayed{entry->sequence, head};
}

template <class Command>
EventOrReply decide_on(
    const Command& command,
    const Submission& submission,
    const Overlay& state,
    domain::Timestamp now
) {
    using Kind = KindOf<Command>;
    const domain::OrganizationId organization = submission.organization;
    const auto id = Kind::target_of(command, organization);
    const auto& current = state.state_of(organization, id);
    auto decided = domain::decide(current, command, now);
    const Sequence head = state.head(organization).sequence;
    if (!decided) return Refused{std::move(decided.error()), head};
    if (!*decided) {
        Unchanged unchanged{head, std::nullopt};
        if (submission.wanted >= Wanted::state) unchanged.state = current;
        return unchanged;
    }
    RecordEventOf<Kind> event{id, 0, **std::move(decided)};
    if constexpr (Kind::kVersioned) event.version = version_of(current) + 1;
    return RecordEvent(std::move(event));
}

}  // namespace

Sealed seal(
    const RecordCodec& codec,
    const Submission& submission,
    RecordEvent event,
    const Head& head,
    domain::Timestamp time
) {
    Envelope envelope{
        .id = submission.event_id,
        .organization = submission.organization,
        .sequence = head.sequence + 1,
        .prevhash = head.hash,
        .time = time,
        .actor = submission.actor,
        .request_id = codec.stored_request_id(submission.request),
        .idempotency = {},
    };
    if (const auto& given = submission.idempotency) {
        envelope.idempotency = Idempotency{codec.stored_key(given->key), given->request_hash};
    }
    Record record{std::move(envelope), std::move(event)};
    std::string value = codec.encode(record);
    const Hash hash = sha256(value);
    return {std::move(record), std::move(value), hash};
}

Decision decide(
    const RecordCodec& codec,
    const Submission& submission,
    const Overlay& state,
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
    if (actor &&
        !permits(state.state_of(organization, organization), actor->token, submission.scope, now)) {
        return Unauthorized{};
    }
    if (auto answered = find_answered(submission, state, now, idempotency_ttl)) {
        return *std::move(answered);
    }
    EventOrReply decided = std::visit(
        [&](const auto& command) { return decide_on(command, submission, state, now); },
        submission.command
    );
    if (auto* reply = std::get_if<Reply>(&decided)) return std::move(*reply);
    if (!codec.may_write(std::get<RecordEvent>(decided))) {
        return Refused{domain::Conflict::format_is_too_old, head.sequence};
    }
    Sealed sealed = seal(codec, submission, std::get<RecordEvent>(std::move(decided)), head, now);
    if (sealed.value.size() > kMaxRecordBytes) return RecordTooLarge{};
    return sealed;
}

}  // namespace consularia::ledger
