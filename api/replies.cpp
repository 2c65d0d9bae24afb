#include "api/replies.hpp"

#include "api/bodies/sentences.hpp"
#include "api/idempotency.hpp"
#include "api/pieces.hpp"
#include "api/preconditions.hpp"
#include "base/check.hpp"
#include "base/enum_names.hpp"
#include "base/overloaded.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/queries.hpp"
#include "projections/render_json.hpp"

namespace consularia::api {

namespace {

std::string sentence_of(domain::Conflict conflict) {
    using domain::Conflict;
    switch (conflict) {
        case Conflict::completed_cannot_be_started:
            return "Completed appointments cannot be started.";
        case Conflict::only_active_can_be_completed:
            return "Only active appointments can be completed.";
        case Conflict::active_cannot_be_updated:
            return "Active appointments cannot be updated.";
        case Conflict::completed_cannot_be_updated:
            return "Completed appointments cannot be updated.";
        case Conflict::participants_of_completed_cannot_change:
            return "Participants of completed appointments cannot be changed.";
        case Conflict::joining_is_not_open_yet:
            return "This appointment cannot be joined yet.";
        case Conflict::appointment_has_ended:
            return "This appointment has ended.";
        case Conflict::already_exists:
            return "It already exists.";
        case Conflict::format_is_too_old:
            return "New records have a format without this event. The operator has to raise "
                   "--write-format, once every node can read it.";
    }
    unknown_enumerator();
}

/// The state that answered a remembered request: as of that fact.
std::optional<Outcome> recall(
    const Call& call, domain::OrganizationId organization, ledger::Sequence sequence
) {
    const auto snapshot = call.service.store->snapshot();
    const projections::Past past{*snapshot, *call.service.journal, *call.service.codec};
    const auto record = projections::find_record(past, organization, sequence);
    if (!record) return std::nullopt;
    Outcome outcome;
    outcome.head.sequence = sequence;
    outcome.head.time = record->time;
    outcome.state = projections::read_state_as_of(past, organization, sequence, record->event);
    outcome.first = record->event;
    return outcome;
}

Response answer_again(
    const Call& call,
    domain::OrganizationId organization,
    const ledger::Replayed& replayed,
    const Answer& answer
) {
    auto outcome = recall(call, organization, replayed.sequence);
    if (!outcome) return call.failed(unavailable("The first answer cannot be read at the moment."));
    auto response = answer.render(call, *std::move(outcome));
    response.headers.emplace_back("Idempotency-Replayed", "true");
    response.sequence = replayed.head;
    return response;
}

Failure explain_unavailable(const ledger::Unavailable& reply) {
    return unavailable(
        reply.fate_unknown ? "It is not known whether the request was carried out. Repeat it with "
                             "the same Idempotency-Key."
                           : "The request was not carried out. Repeat it later."
    );
}

}  // namespace

Response render_reply(
    const Call& call, domain::OrganizationId organization, ledger::Reply reply, const Answer& answer
) {
    const auto failed_at = [&](ledger::Sequence head, const Failure& failure) {
        auto response = call.failed(failure);
        response.sequence = head;
        return response;
    };
    // The call was let in by an older state than the ledger has come to.
    const auto failed = [&](const Failure& failure) {
        if (!call.sequence) return call.failed(failure);
        const auto snapshot = call.service.store->snapshot();
        return failed_at(projections::find_head(*snapshot, organization).sequence, failure);
    };
    return std::visit(
        Overloaded{
            [&](ledger::Accepted& accepted) {
                auto response = answer.render(
                    call,
                    {accepted.head,
                     std::move(accepted.state),
                     std::move(accepted.rendering),
                     std::nullopt}
                );
                response.sequence = accepted.head.sequence;
                return response;
            },
            [&](ledger::Unchanged& unchanged) {
                Outcome outcome;
                outcome.head.sequence = unchanged.sequence;
                outcome.state = std::move(unchanged.state);
                auto response = answer.render(call, std::move(outcome));
                response.sequence = unchanged.sequence;
                return response;
            },
            [&](const ledger::Replayed& replayed) {
                return answer_again(call, organization, replayed, answer);
            },
            [&](const ledger::IdempotencyMismatch& mismatch) {
                return failed_at(mismatch.head, idempotency_mismatch());
            },
            [&](const ledger::Refused& refused) {
                return failed_at(refused.head, explain(refused.rejection));
            },
            [&](const ledger::Unauthorized&) { return fail(call.request, invalid_token()); },
            [&](const ledger::RecordTooLarge&) {
                return failed({413, "Request body is too large.", {}});
            },
            [&](const ledger::Frozen&) { return failed(organization_is_frozen()); },
            [&](const ledger::NoTimeLeft&) {
                return failed(unavailable(
                    "The organization's newest record has the last moment there is as its time: "
                    "nothing can be recorded after it."
                ));
            },
            [&](const ledger::OutOfStorage&) {
                return failed({507, "The server is out of storage; reading goes on.", {}});
            },
            [&](const ledger::Unavailable& reply_unavailable) {
                auto response = failed(explain_unavailable(reply_unavailable));
                response.why = reply_unavailable.why;
                return response;
            }},
        reply
    );
}

Submit submit_as(
    CallPtr call,
    domain::OrganizationId organization,
    ledger::Actor actor,
    ledger::Command command,
    Answer answer
) {
    CHECK(answer.wanted <= projections::most_wanted(command));
    const Service& service = call->service;
    call->let_go();
    std::optional<ledger::RequestKey> idempotency;
    if (const auto& given = call->idempotency) {
        idempotency = {service.codec->forms_of(organization, given->key), given->request_hash};
    }
    ledger::Submission submission{
        organization,
        std::move(actor),
        call->scope,
        call->request.ids,
        std::move(idempotency),
        service.fresh_id<domain::EventId>(),
        std::move(command),
        service.clock->steady() + service.command_deadline,
        answer.wanted};
    return Submit{
        std::move(submission),
        [call = std::move(call), organization, answer = std::move(answer)](ledger::Reply reply) {
            return render_reply(*call, organization, std::move(reply), answer);
        }};
}

Step submit(CallPtr call, ledger::Command command, Answer answer) {
    const Member member = call->member();
    return submit_as(
        std::move(call),
        member.organization,
        ledger::TokenActor{member.token},
        std::move(command),
        std::move(answer)
    );
}

Step submit_as_admin(
    CallPtr call,
    domain::OrganizationId organization,
    domain::OrganizationCommand command,
    Answer answer
) {
    return submit_as(
        std::move(call), organization, ledger::AdminActor{}, std::move(command), std::move(answer)
    );
}

Step refuse(CallPtr call, domain::OrganizationId organization, FindFailure find_failure) {
    auto then = [call, organization, find_failure = std::move(find_failure)]() -> Step {
        if (const auto invalid = call->unsynced ? call->look_again() : std::nullopt) {
            return call->not_authenticated(*invalid);
        }
        const auto reader = call->service.store->snapshot();
        const auto mismatch = find_mismatch(*call, *reader, organization);
        auto response = call->failed(mismatch ? *mismatch : find_failure(*reader));
        response.sequence = projections::find_head(*reader, organization).sequence;
        return response;
    };
    return after_sync(call, organization, std::move(then));
}

Step refuse(CallPtr call, Failure failure) {
    const auto organization = call->organization();
    return refuse(std::move(call), organization, [failure = std::move(failure)](const auto&) {
        return failure;
    });
}

Failure explain(const domain::Rejection& rejection) {
    return std::visit(
        Overloaded{
            [](const domain::NotFound& missing) { return no_match(missing.what); },
            [](const domain::BadItems& bad) {
                Errors::Items items;
                for (const auto& item : bad.items) items.push_back(describe_item(item));
                return bad_fields(Errors{std::move(items)});
            },
            [](const domain::TooManyParticipants&) {
                return bad_fields(Errors::of_whole(too_many_participants()));
            },
            [](const domain::TooManyTokens&) {
                return bad_fields(Errors::of_whole(too_many_tokens()));
            },
            [](const domain::TooManyWebhooks&) {
                return bad_fields(Errors::of_whole(too_many_webhooks()));
            },
            [](const domain::ExpiresInThePast&) {
                return bad_fields(
                    Errors::of_field("expires_at", Errors::sentence(std::string(kNotInTheFuture)))
                );
            },
            [](const domain::VersionMismatch&) {
                return Failure{412, "The appointment has changed.", {}};
            },
            [](domain::Conflict conflict) {
                return Failure{409, sentence_of(conflict), {}};
            }},
        rejection
    );
}

Errors describe_item(const std::optional<domain::ItemError>& error) {
    if (!error) return {};
    switch (*error) {
        case domain::ItemError::duplicate_unique_id:
            return Errors::of_field(
                "unique_id",
                Errors::sentence(
                    "A participant with this unique_id already exists in this appointment."
                )
            );
        case domain::ItemError::unknown_participant:
            return Errors::of_field(
                "id", Errors::sentence("No participant with this id in this appointment.")
            );
    }
    return {};
}

void set_document(
    Response& response,
    const Call& call,
    std::shared_ptr<const projections::Reader> snapshot,
    domain::AppointmentId id,
    std::string json
) {
    if (json.size() <= call.service.piece_bytes) {
        response.body = std::move(json);
        return;
    }
    response.length = json.size();
    Parts whole;
    whole.count = 1;
    whole.make = [snapshot = std::move(snapshot), organization = call.organization(), id](
                     std::size_t
                 ) { return projections::listed_document(*snapshot, organization, id); };
    set_body(response, std::move(whole), call.service.piece_bytes);
}

Response answer_nothing(const Call& /*call*/, const Outcome& /*outcome*/) {
    Response response;
    response.status = 204;
    return response;
}

Response answer_appointment(const Call& call, Outcome outcome) {
    const auto& appointment = outcome.appointment();
    const auto id = domain::details_of(appointment)->id;
    const auto tag = domain::tag_of(appointment);
    Response response;
    response.headers.emplace_back("ETag", etag_of(tag));
    auto* const rendered = projections::json_in(outcome.rendering);
    if (rendered != nullptr && rendered->size() <= call.service.piece_bytes) {
        response.body = std::move(*rendered);
        return response;
    }
    // Stored JSON need not be rendered, and a slow reader holds no memory.
    auto snapshot = call.service.store->snapshot();
    auto stored = projections::find_document(*snapshot, call.organization(), id);
    if (stored && stored->version == tag) {
        set_document(response, call, std::move(snapshot), id, std::move(stored->json));
        return response;
    }
    response.body = rendered != nullptr ? std::move(*rendered)
                                        : projections::render_appointment(
                                              call.organization(), appointment, *call.service.links
                                          );
    return response;
}

}  // namespace consularia::api
