#include "api/audit_parts.hpp"

#include "base/check.hpp"
#include "ledger/log/storage_error.hpp"

#include <memory>
#include <utility>

namespace consularia::api {

namespace {

using ledger::Hash;
using ledger::Sequence;

Failure ahead_of_head(const std::string& what, Sequence asked, Sequence head) {
    return {
        409,
        "The " + what + " " + std::to_string(asked) + " is ahead of the head " +
            std::to_string(head) + ".",
        {}};
}

using WithHistories = std::function<Step(const CallPtr&, const std::optional<HistoryTree>&)>;

/// A call that wants the histories up to a sequence, until a time.
struct HistoriesWanted {
    CallPtr call;
    Sequence sequence;
    std::chrono::steady_clock::time_point until;
    WithHistories answer;
};

using WantedPtr = std::shared_ptr<const HistoriesWanted>;

Step look(const WantedPtr& wanted, bool may_wait);

/// Looks again when they are ready, or the time has come.
Step wait(const WantedPtr& wanted, std::shared_ptr<Alarm> alarm) {
    wanted->call->let_go();
    auto then = [wanted](bool rang) -> Step {
        return InTurn{wanted->call->organization(), [wanted, rang]() -> Step {
                          if (const auto failure = wanted->call->look_again()) {
                              return wanted->call->failed(*failure);
                          }
                          return look(wanted, rang);
                      }};
    };
    return AfterAlarm{std::move(alarm), wanted->until, std::move(then)};
}

Step look(const WantedPtr& wanted, bool may_wait) {
    auto* const trees = wanted->call->service.histories;
    if (trees == nullptr) return wanted->answer(wanted->call, std::nullopt);
    const auto alarm = std::make_shared<Alarm>();
    auto found = trees->find(wanted->call->organization(), wanted->sequence, alarm);
    if (found.state == HistoryState::behind && may_wait) return wait(wanted, alarm);
    if (found.state != HistoryState::ready) return wanted->answer(wanted->call, std::nullopt);
    return wanted->answer(wanted->call, std::move(found.tree));
}

}  // namespace

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

void write_number(JsonWriter& json, std::string_view name, std::uint64_t number) {
    json.number(name, static_cast<std::int64_t>(number));
}

Step when_known(
    CallPtr call, std::string what, Sequence asked, std::function<Step(const CallPtr&)> answer
) {
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

Step with_histories(CallPtr call, std::chrono::milliseconds wait, WithHistories answer) {
    const auto sequence = call->sequence.value();
    const auto until = call->service.clock->steady() + wait;
    return look(
        std::make_shared<const HistoriesWanted>(HistoriesWanted{
            std::move(call), sequence, until, std::move(answer)}),
        true
    );
}

}  // namespace consularia::api
