// The worker of webhooks: attempts, and what comes of them.

#include "ledger/log/storage_error.hpp"
#include "ledger/record/readable_event.hpp"
#include "reactions/webhooks/worker.hpp"

#include <memory>
#include <utility>

namespace consularia::reactions::webhooks {

namespace {

constexpr const char* kNoSuchEvent = "There is no event with this sequence.";
constexpr const char* kFailed = "The server could not read its data.";

ledger::EventPart part_of(const domain::Webhook& webhook) {
    return webhook.settings.payload == domain::WebhookPayload::thin ? ledger::EventPart::thin
                                                                    : ledger::EventPart::full;
}

}  // namespace

Post Worker::make_post(
    domain::OrganizationId organization,
    const domain::Webhook& webhook,
    const std::string& message_id,
    std::string body
) const {
    return {
        .url = std::string(webhook.settings.url.value()),
        .headers = ports_.sign(organization, webhook, message_id, body),
        .body = std::move(body)};
}

void Worker::post(Lane& lane, ledger::Sequence sequence, const Slots::Slot& slot) {
    const auto organization = lane.subscription.organization();
    const auto& webhook = lane.subscription.webhook();
    const auto fact = ports_.journal.fact(organization, sequence);
    if (!fact) {
        const auto due = ports_.clock.steady() + limits_.look_every;
        return lane.subscription.schedule().put_back(sequence, due);
    }
    Answer answer{
        .webhook = webhook.id,
        .number = lane.number,
        .version = webhook.version,
        .sequence = sequence,
        .slot = slot,
        .sent_at = ports_.clock.steady()};
    auto event = ledger::readable_event(*fact, part_of(webhook));
    send(
        make_post(organization, webhook, message_id(webhook.id, sequence), std::move(event.json)),
        std::move(answer)
    );
}

void Worker::attempt(Request request) {
    try {
        attempt_now(request);
    } catch (const ledger::StorageError& error) {
        ports_.on_problem(error.what());
        refuse(request, kFailed);
    }
}

void Worker::attempt_now(Request& request) {
    const auto& webhook = request.webhook;
    Answer answer{.webhook = webhook.id, .sent_at = ports_.clock.steady()};
    answer.slot.organization = request.organization;
    std::string body;
    std::string message;
    if (request.sequence) {
        const auto fact = ports_.journal.fact(request.organization, *request.sequence);
        if (!fact) return refuse(request, kNoSuchEvent);
        auto event = ledger::readable_event(*fact, part_of(webhook));
        body = std::move(event.json);
        answer.type = std::move(event.type);
        answer.sequence = *request.sequence;
        message = message_id(webhook.id, *request.sequence);
    } else {
        const auto id = ports_.new_event_id();
        body = test_event(request.organization, webhook.id, id, ports_.clock.now());
        message = webhook.id.to_string() + ".test." + id.to_string();
    }
    auto post = make_post(request.organization, webhook, message, std::move(body));
    answer.request = std::move(request);
    send(std::move(post), std::move(answer));
}

void Worker::send(Post post, Answer answer) {
    slots_.take(answer.slot);
    ports_.sender.post(
        std::move(post),
        [inbox = inbox_, kept = std::make_shared<Answer>(std::move(answer))](auto posted) {
            kept->posted = std::move(posted);
            inbox->answer(std::move(*kept));
        }
    );
}

void Worker::take(Answer answer) {
    slots_.give_back(answer.slot);
    for (const auto& webhook : std::exchange(starved_, {})) give_turn(webhook);
    const auto attempt = attempt_of(answer.posted);
    const bool is_test = answer.request && !answer.request->sequence;
    ports_.on_attempt(
        {.webhook = answer.webhook,
         .sequence = is_test ? std::nullopt : std::optional(answer.sequence),
         .attempt = attempt,
         .took = std::chrono::duration_cast<std::chrono::milliseconds>(
             ports_.clock.steady() - answer.sent_at
         )}
    );
    if (answer.request) return take_requested(std::move(answer), attempt);
    take_scheduled(answer, attempt);
}

void Worker::take_scheduled(const Answer& answer, const Attempt& attempt) {
    const auto found = lanes_.find(answer.webhook);
    if (found == lanes_.end() || found->second.number != answer.number) return;
    auto& lane = found->second;
    if (!lane.subscription.schedule().is_in_flight(answer.sequence)) return;
    lane.subscription.finish(answer.sequence, attempt, now(), rows_);
    touched_.insert(answer.webhook);
    if (lane.closing != Closing::no) {
        if (lane.subscription.schedule().in_flight() == 0) finish_closing(found);
        return;
    }
    const bool is_newest = answer.version == lane.subscription.webhook().version;
    if (attempt.gone() && is_newest && !lane.gone) deactivate(lane);
    give_turn(answer.webhook);
}

void Worker::take_requested(Answer answer, const Attempt& attempt) {
    Delivery row;
    try {
        if (answer.request->sequence) take_delivery(answer, attempt, row);
    } catch (const ledger::StorageError& error) {
        ports_.on_problem(error.what());
        return refuse(*answer.request, kFailed);
    }
    --requests_;
    ++row.attempts;
    row.last_status = attempt.status;
    row.last_error = attempt.error;
    row.last_body = attempt.body;
    if (answer.request->sequence) rows_.emplace_back(answer.webhook, row);
    to_answer_.push_back([done = std::move(answer.request->done), row = std::move(row)] {
        done(row);
    });
}

/// If the event was delivered before, nothing changes but the last answer.
void Worker::take_delivery(Answer& answer, const Attempt& attempt, Delivery& row) {
    log_.write(rows_);
    rows_.clear();
    const auto known =
        find_delivery(*ports_.deliveries.snapshot(), answer.webhook, answer.sequence);
    const auto progress = ports_.progress.find(answer.webhook);
    row = known.value_or(Delivery{.sequence = answer.sequence, .type = answer.type});
    row.start = answer.request->webhook.start.set_by;
    const bool is_past = progress && progress->cursor.start == row.start &&
                         progress->cursor.position >= answer.sequence;
    if (attempt.delivered() || is_past) row.status = DeliveryStatus::delivered;
    if (row.status == DeliveryStatus::pending) row.status = DeliveryStatus::failed;
    if (row.status == DeliveryStatus::delivered) row.next_attempt_at.reset();
    const auto lane = lanes_.find(answer.webhook);
    if (!attempt.delivered() || lane == lanes_.end()) return;
    lane->second.subscription.delivered(answer.sequence, now());
    touched_.insert(answer.webhook);
    give_turn(answer.webhook);
}

/// Events go on waiting; nothing is sent until the command is answered.
void Worker::deactivate(Lane& lane) {
    lane.gone = true;
    const auto organization = lane.subscription.organization();
    const auto& webhook = lane.subscription.webhook();
    ledger::Submission submission{
        .organization = organization,
        .actor = ledger::SystemActor{"webhooks"},
        .request = {},
        .idempotency = std::nullopt,
        .event_id = ports_.new_event_id(),
        .command = domain::WebhookCommand(domain::DeactivateWebhook{
            .id = webhook.id, .version = webhook.version}),
        .deadline = ports_.clock.steady() + limits_.command_deadline};
    ports_.submit(std::move(submission), [inbox = inbox_, organization](const ledger::Reply&) {
        inbox->webhooks(organization);
    });
}

}  // namespace consularia::reactions::webhooks
