#include "api/history/past_state.hpp"

#include "api/history/past_document.hpp"
#include "api/history/past_stores.hpp"
#include "api/list_answer.hpp"
#include "api/preconditions.hpp"
#include "ledger/log/clock.hpp"
#include "projections/queries.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace consularia::api {

namespace {

projections::Past past_of(const Call& call) {
    return {*call.snapshot, *call.service.journal, *call.service.codec};
}

Failure bad_moment(std::string sentence) {
    return bad_fields(Errors::of_field("as_of", Errors::sentence(std::move(sentence))));
}

constexpr std::chrono::seconds kAskAgain{2};

Failure not_yet(std::string sentence) {
    auto failure = unavailable(std::move(sentence));
    failure.retry_after = kAskAgain;
    return failure;
}

/// A list of the past that is asked for until `until`.
struct PastList {
    CallPtr call;
    Response (*make)(const Call&);
    ledger::Clock::Steady until;
};

Step look(const std::shared_ptr<const PastList>& list, bool may_wait);

/// Looks again when the store is built.
Step wait(const std::shared_ptr<const PastList>& list, std::shared_ptr<Alarm> alarm) {
    list->call->let_go();
    auto then = [list](bool rang) -> Step {
        return InTurn{list->call->organization(), [list, rang]() -> Step {
                          if (const auto failure = list->call->look_again()) {
                              return list->call->failed(*failure);
                          }
                          return look(list, rang);
                      }};
    };
    return AfterAlarm{std::move(alarm), list->until, std::move(then)};
}

Step look(const std::shared_ptr<const PastList>& list, bool may_wait) {
    Call& call = *list->call;
    const auto sequence = find_moment(call);
    if (!sequence) return call.failed(sequence.error());
    if (*sequence == call.sequence) return answer_list(call, list->make);
    const auto alarm = std::make_shared<Alarm>();
    const auto past = call.service.past_stores->find(call.organization(), *sequence, alarm);
    switch (past.state) {
        case PastState::ready:
            call.snapshot = past.reader;
            call.sequence = *sequence;
            return answer_list(call, list->make);
        case PastState::building:
            if (may_wait) return wait(list, alarm);
            return call.failed(not_yet("The list of that moment is being built."));
        case PastState::busy:
            return call.failed(not_yet("The list of another moment is being built."));
        case PastState::too_large:
            return call.failed(bad_moment(
                "There are too many events up to this moment for a list of it: `consularia ledger "
                "replay --as-of` makes a server of it."
            ));
        case PastState::failed:
            return call.failed(not_yet("The list of that moment cannot be built now."));
    }
    unknown_enumerator();
}

}  // namespace

tl::expected<ledger::Sequence, Failure> find_moment(const Call& call) {
    const auto moment = read_moment(call.as_of.value());
    if (!moment) return tl::unexpected(bad_moment(std::string(kNotAMoment)));
    const auto sequence = fact_at(
        past_of(call),
        call.organization(),
        call.sequence.value(),
        *moment,
        call.service.clock->now()
    );
    if (!sequence) return tl::unexpected(bad_moment(sequence.error()));
    return *sequence;
}

Response retrieve_past_appointment(const Call& call, domain::AppointmentId id) {
    const auto sequence = find_moment(call);
    if (!sequence) return call.failed(sequence.error());
    const auto organization = call.organization();
    const auto state =
        projections::find_appointment_as_of(past_of(call), organization, id, *sequence);
    if (domain::details_of(state) == nullptr) return call.failed(no_match("Appointment"));
    Response response;
    response.sequence = *sequence;
    response.headers.emplace_back("ETag", etag_of(domain::tag_of(state)));
    if (none_match_hits(call.request, domain::tag_of(state))) {
        response.status = 304;
    } else {
        response.body = render_past_appointment(organization, state);
    }
    return response;
}

Step list_past(CallPtr call, Response (*make)(const Call&)) {
    const auto until = call->service.clock->steady() + call->service.command_deadline;
    const PastList list{std::move(call), make, until};
    return look(std::make_shared<const PastList>(list), true);
}

}  // namespace consularia::api
