#include "tests/support/simulation/checker.hpp"

#include "base/overloaded.hpp"
#include "ledger/commands/batch.hpp"
#include "ledger/commands/decision.hpp"
#include "ledger/record/acceptance.hpp"
#include "tests/support/kept.hpp"
#include "tests/support/record_codec.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>

namespace consularia::test {

using ledger::Partition;
using ledger::Sequence;

namespace {

bool same_answer(const ledger::Reply& a, const ledger::Reply& b) {
    if (a.index() != b.index()) return false;
    return std::visit(
        Overloaded{
            [&](const ledger::Unchanged& x) {
                const auto& y = std::get<ledger::Unchanged>(b);
                return x.sequence == y.sequence && x.state == y.state;
            },
            [&](const ledger::Replayed& x) {
                const auto& y = std::get<ledger::Replayed>(b);
                return x.sequence == y.sequence && x.head == y.head;
            },
            [&](const ledger::IdempotencyMismatch& x) {
                return x.head == std::get<ledger::IdempotencyMismatch>(b).head;
            },
            [&](const ledger::Refused& x) {
                const auto& y = std::get<ledger::Refused>(b);
                return x.rejection == y.rejection && x.head == y.head;
            },
            [](const auto&) { return true; },
        },
        a
    );
}

/// The record's Idempotency-Key in the form of the newer nodes. Precondition: it has one.
std::string hashed_key(const ledger::Record& record) {
    const auto& key = record.idempotency->key;
    const bool verbatim = key.starts_with("key-");
    return verbatim ? samples::codec().forms_of(record.organization, key).hashed : key;
}

ledger::AggregateId target_of(const ledger::Submission& submission) {
    return std::visit(
        [&]<class Command>(const Command& command) -> ledger::AggregateId {
            return ledger::KindOf<Command>::target_of(command, submission.organization);
        },
        submission.command
    );
}

/// What decide() checks too, but the checker relies on it for the rest.
bool may_write(
    const ledger::Submission& submission, const State& before, const ledger::Head& head
) {
    const auto* actor = std::get_if<ledger::TokenActor>(&submission.actor);
    if (!actor) return true;
    const auto state = read_state(before);
    for (const auto& [id, ignored] : before) {
        const auto organization = state->state_of(id, id);
        const auto* registered = std::get_if<domain::Registered>(&organization);
        const auto* token = registered ? registered->find_token(actor->token) : nullptr;
        if (!token || token->expired(head.time)) continue;
        if (token->grant.scopes.has(domain::Scope::write)) return true;
    }
    return false;
}

std::string name_of(const std::optional<ledger::Reply>& reply) {
    constexpr std::array kNames{
        "accepted",
        "unchanged",
        "replayed",
        "mismatch",
        "unauthorized",
        "refused",
        "too large",
        "frozen",
        "no time left",
        "no storage",
        "unavailable"};
    static_assert(kNames.size() == std::variant_size_v<ledger::Reply>);
    return reply ? kNames.at(reply->index()) : "none";
}

}  // namespace

Checker::Checker(const MemoryLedger& ledger, std::chrono::microseconds idempotency_ttl)
    : ttl_(idempotency_ttl) {
    read_log(ledger);
}

void Checker::read_log(const MemoryLedger& ledger) {
    MemoryStateStore store({ledger.partitions(), ttl_});
    for (Partition partition = 0; partition < ledger.partitions(); ++partition) {
        ledger::Position position = 0;
        for (std::string& value : ledger.values(partition)) {
            const ledger::LogEntry entry{position, value};
            const auto judged = store.apply(partition, {&entry, 1}, ledger::nothing_awaited);
            if (judged.front().fact) {
                const auto organization = ledger::read_chain_link(value)->organization;
                facts_[organization].push_back(
                    {position, std::move(value), store.state().at(organization)}
                );
            } else {
                ++voids_;
            }
            ++position;
        }
    }
    final_state_ = store.state();
}

std::vector<std::string> Checker::check(const History& history) {
    check_chains();
    check_done_once();
    // In the order of responses: the answers that bound an answer's age come before it.
    std::vector<const Operation*> operations;
    for (const Operation& operation : history.operations) operations.push_back(&operation);
    std::vector<const Read*> reads;
    for (const Read& read : history.reads) reads.push_back(&read);
    const auto by_response = [](const auto* a, const auto* b) {
        return a->responded < b->responded;
    };
    std::stable_sort(operations.begin(), operations.end(), by_response);
    std::stable_sort(reads.begin(), reads.end(), by_response);
    auto read = reads.begin();
    for (const Operation* operation : operations) {
        for (; read != reads.end() && (*read)->responded < operation->responded; ++read) {
            check_read(**read);
        }
        check_operation(*operation);
    }
    for (; read != reads.end(); ++read) check_read(**read);
    return complaints_;
}

void Checker::check_chains() {
    for (const auto& [organization, facts] : facts_) {
        ledger::Hash previous{};
        Sequence sequence = 0;
        std::optional<domain::Timestamp> time;
        for (const Fact& fact : facts) {
            const auto link = ledger::read_chain_link(fact.value);
            if (!link || link->sequence != ++sequence || link->prevhash != previous) {
                complain("The chain breaks at " + std::to_string(sequence) + ".");
            }
            previous = ledger::sha256(fact.value);
            if (fact.after->frozen) continue;  // Its time is not checked.
            if (time >= fact.after->head.time) complain("Time does not go on.");
            time = fact.after->head.time;
        }
    }
}

void Checker::check_done_once() {
    for (const auto& [organization, facts] : facts_) {
        std::map<std::string, domain::Timestamp> done;
        for (const Fact& fact : facts) {
            const auto record = ledger::decode(fact.value);
            if (!record) continue;
            const Place place{organization, record->sequence};
            if (!places_.emplace(record->id, place).second) {
                complain("Event " + record->id.to_string() + " is two facts.");
            }
            if (!record->idempotency) continue;
            const auto name = ledger::remembered_name(record->actor, hashed_key(*record));
            const auto before = done.find(name);
            if (before != done.end() && record->time - before->second < ttl_) {
                complain("Idempotency-Key " + name + " was done twice.");
            }
            done[name] = record->time;
        }
    }
}

void Checker::check_operation(const Operation& operation) {
    if (!operation.reply) {
        if (!operation.node_died) complain(operation, "was never answered.");
        return check_unknown(operation);
    }
    const ledger::Reply& reply = *operation.reply;
    if (const auto* accepted = std::get_if<ledger::Accepted>(&reply)) {
        return check_accepted(operation, *accepted);
    }
    const auto* unavailable = std::get_if<ledger::Unavailable>(&reply);
    if (unavailable && operation.asked_in_peace) complain(operation, "could have been done.");
    if (unavailable && unavailable->fate_unknown) return check_unknown(operation);
    check_without_fact(operation);
}

void Checker::check_accepted(const Operation& operation, const ledger::Accepted& accepted) {
    const auto organization = operation.submission.organization;
    const auto& facts = facts_of(organization);
    const Sequence sequence = accepted.head.sequence;
    const auto place = places_.find(operation.submission.event_id);
    if (place == places_.end() || place->second.sequence != sequence ||
        place->second.organization != organization) {
        return complain(operation, "was acknowledged and is not that fact.");
    }
    const Fact& fact = facts.at(sequence - 1);
    if (fact.after->head != accepted.head) complain(operation, "was answered with another head.");
    if (fact.position >= operation.log_end) complain(operation, "was acknowledged too early.");
    check_written(operation, sequence);
    add_point(organization, operation.responded, sequence);

    if (operation.without_state) return;
    const auto wanted = operation.submission.wanted;
    std::optional<ledger::State> expected;
    if (wanted >= ledger::Wanted::state) {
        const auto after = read_state({{organization, fact.after}});
        expected = after->state(organization, target_of(operation.submission));
    }
    const auto document = wanted >= ledger::Wanted::rendering ? describe(*expected) : "";
    if (accepted.state != expected || document_in(accepted) != document) {
        complain(operation, "was answered with another state.");
    }
}

/// The fact is what the command comes to on the state before it, and follows what it must follow.
void Checker::check_written(const Operation& operation, Sequence sequence) {
    const auto organization = operation.submission.organization;
    if (sequence <= lower_bound(organization, operation.invoked)) {
        complain(operation, "happened before it was invoked.");
    }
    const Fact& fact = facts_of(organization).at(sequence - 1);
    const auto before = read_state(state_at(organization, sequence - 1));
    const auto leads_to_it = [&](ledger::WriteFormat format) {
        const auto decision = ledger::decide(
            samples::codec(format),
            operation.submission,
            ledger::Overlay(*before),
            fact.after->head.time,
            ttl_
        );
        const auto* sealed = std::get_if<ledger::Sealed>(&decision);
        return sealed && sealed->value == fact.value;
    };
    if (!leads_to_it(ledger::WriteFormat::verbatim) && !leads_to_it(ledger::WriteFormat::keyed)) {
        complain(operation, "is a fact that the state before it does not lead to.");
    }
    if (!may_write(operation.submission, state_at(organization, sequence - 1), fact.after->head)) {
        complain(operation, "was done by a token that may not.");
    }
}

/// Not carried out, and never will be. Most such answers also rest on a state.
void Checker::check_without_fact(const Operation& operation) {
    const auto organization = operation.submission.organization;
    if (places_.contains(operation.submission.event_id)) {
        complain(operation, "is a fact, and its client got the answer that it is none.");
    }
    const ledger::Reply& reply = *operation.reply;
    if (std::holds_alternative<ledger::Unavailable>(reply) ||
        std::holds_alternative<ledger::OutOfStorage>(reply)) {
        return;
    }
    const Sequence lower = lower_bound(organization, operation.invoked);
    const Sequence upper = upper_bound(organization, operation.log_end);
    // The earliest point that explains the answer: it restricts later operations the least.
    for (Sequence point = lower; point <= upper; ++point) {
        if (!gives(operation, point)) continue;
        return add_point(organization, operation.responded, point);
    }
    complain(operation, "was given an answer that no state of its time gives.");
}

/// It may have been carried out at any time after it was invoked, also after the response.
void Checker::check_unknown(const Operation& operation) {
    const auto place = places_.find(operation.submission.event_id);
    if (place != places_.end()) check_written(operation, place->second.sequence);
}

void Checker::check_read(const Read& read) {
    if (read.responded == kNever) return;
    const Sequence point = read.head.sequence;
    const auto& facts = facts_of(read.organization);
    if (point < lower_bound(read.organization, read.invoked)) complain("A read was stale.");
    if (point > upper_bound(read.organization, read.log_end)) {
        return complain("A read saw what was not there yet.");
    }
    if (point > 0 && facts.at(point - 1).after->head != read.head) {
        complain("A read saw what never was.");
    }
    add_point(read.organization, read.responded, point);
}

const std::vector<Checker::Fact>& Checker::facts_of(domain::OrganizationId organization) {
    return facts_[organization];
}

State Checker::state_at(domain::OrganizationId organization, Sequence sequence) {
    if (sequence == 0) return {};
    return {{organization, facts_of(organization).at(sequence - 1).after}};
}

bool Checker::gives(const Operation& operation, Sequence sequence) {
    const auto state = read_state(state_at(operation.submission.organization, sequence));
    const auto decision = ledger::decide(
        samples::codec(), operation.submission, ledger::Overlay(*state), operation.clock, ttl_
    );
    const auto* reply = std::get_if<ledger::Reply>(&decision);
    return reply && same_answer(*reply, *operation.reply);
}

Sequence Checker::lower_bound(domain::OrganizationId organization, Moment invoked) {
    Sequence bound = 0;
    for (const Point& point : points_[organization]) {
        if (point.responded < invoked) bound = std::max(bound, point.sequence);
    }
    return bound;
}

Sequence Checker::upper_bound(domain::OrganizationId organization, ledger::Position log_end) {
    const auto& facts = facts_of(organization);
    return static_cast<Sequence>(std::count_if(facts.begin(), facts.end(), [&](const Fact& fact) {
        return fact.position < log_end;
    }));
}

void Checker::add_point(domain::OrganizationId organization, Moment responded, Sequence sequence) {
    points_[organization].push_back({responded, sequence});
}

void Checker::complain(const std::string& what) {
    complaints_.push_back(what);
}

void Checker::complain(const Operation& operation, const std::string& what) {
    complain(
        "Command " + operation.submission.event_id.to_string() +
        " (answer: " + name_of(operation.reply) + ") " + what
    );
}

std::size_t Checker::facts() const {
    std::size_t sum = 0;
    for (const auto& [organization, facts] : facts_) sum += facts.size();
    return sum;
}

}  // namespace consularia::test
