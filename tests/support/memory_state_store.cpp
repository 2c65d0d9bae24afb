#include "tests/support/memory_state_store.hpp"

#include "base/check.hpp"
#include "ledger/log/storage_error.hpp"
#include "ledger/record/acceptance.hpp"
#include "tests/support/record_codec.hpp"

#include <algorithm>
#include <utility>

namespace consularia::test {

namespace {

bool equal(const ledger::Remembered& a, const ledger::Remembered& b) {
    return a.request_hash == b.request_hash && a.sequence == b.sequence && a.time == b.time;
}

bool equal(const OrganizationState& a, const OrganizationState& b) {
    return a.head == b.head && a.frozen == b.frozen && a.states == b.states &&
           std::equal(
               a.remembered.begin(),
               a.remembered.end(),
               b.remembered.begin(),
               b.remembered.end(),
               [](const auto& x, const auto& y) {
                   return x.first == y.first && equal(x.second, y.second);
               }
           );
}

/// Before any event.
ledger::State initial_state(const ledger::AggregateId& id) {
    return std::visit(
        []<class Id>(const Id&) -> ledger::State { return ledger::StateOf<Id>{}; }, id
    );
}

class MemoryReader final : public ledger::StateReader {
  public:
    MemoryReader(State state, std::function<bool()> fails)
        : state_(std::move(state)), fails_(std::move(fails)) {}

    [[nodiscard]] ledger::Head head(domain::OrganizationId id) const override {
        const auto* found = find(id);
        return found ? found->head : ledger::Head{};
    }

    [[nodiscard]] bool frozen(domain::OrganizationId id) const override {
        const auto* found = find(id);
        return found && found->frozen;
    }

    [[nodiscard]] ledger::State state(
        domain::OrganizationId organization, const ledger::AggregateId& id
    ) const override {
        const auto* known = find(organization);
        const auto initial = [&] { return initial_state(id); };
        if (!known) return initial();
        const auto found = known->states.find(id);
        return found == known->states.end() ? initial() : found->second;
    }

    [[nodiscard]] std::optional<ledger::Remembered> remembered(
        domain::OrganizationId id, const std::string& key
    ) const override {
        const auto* state = find(id);
        if (!state) return std::nullopt;
        const auto found = state->remembered.find(key);
        if (found == state->remembered.end()) return std::nullopt;
        return found->second;
    }

  private:
    [[nodiscard]] const OrganizationState* find(domain::OrganizationId id) const {
        if (fails_ && fails_()) throw ledger::StorageError("The test breaks a look-up.");
        const auto found = state_.find(id);
        return found == state_.end() ? nullptr : found->second.get();
    }

    const State state_;
    const std::function<bool()> fails_;
};

}  // namespace

bool equal(const State& a, const State& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && (x.second == y.second || equal(*x.second, *y.second));
    });
}

std::unique_ptr<ledger::StateReader> read_state(State state, std::function<bool()> fails) {
    return std::make_unique<MemoryReader>(std::move(state), std::move(fails));
}

std::string describe(const ledger::State& state) {
    const auto* appointment = std::get_if<domain::Appointment>(&state);
    const auto* details = appointment ? domain::details_of(*appointment) : nullptr;
    if (!details) return {};
    return details->id.to_string() + " version " + std::to_string(details->version);
}

MemoryStateStore::MemoryStateStore(Options options)
    : options_(std::move(options)), next_(options_.partitions) {}

std::unique_ptr<ledger::StateReader> MemoryStateStore::read() const {
    std::function<void()> hook;
    std::function<bool()> fails;
    {
        const std::lock_guard lock(mutex_);
        hook = before_read_;
        fails = fail_lookups_;
    }
    if (hook) hook();
    return read_state(state(), std::move(fails));
}

ledger::Position MemoryStateStore::next_position(ledger::Partition partition) const {
    const std::lock_guard lock(mutex_);
    return next_.at(partition);
}

std::vector<ledger::Judged> MemoryStateStore::apply(
    ledger::Partition partition,
    std::span<const ledger::LogEntry> entries,
    const ledger::AwaitedOf& awaited
) {
    const std::lock_guard lock(mutex_);
    if (before_apply_) before_apply_();
    std::vector<ledger::Judged> verdicts;
    const auto taken = entries.first(std::min(entries.size(), options_.entries_at_once));
    auto expected = next_.at(partition);
    for (const ledger::LogEntry& entry : entries) {
        if (entry.position != expected++) throw ledger::StorageError("The log has a gap.");
    }
    for (const ledger::LogEntry& entry : taken) {
        auto judged = judge(partition, entry);
        const auto [kept, sealed] = awaited(judged.hash);
        CHECK(sealed == nullptr || *sealed == ledger::decode(entry.value));
        if (on_wanted_) on_wanted_(judged.hash, kept);
        if (kept < ledger::Wanted::state) judged.state.reset();
        if (kept < ledger::Wanted::rendering) judged.rendering.reset();
        verdicts.push_back(std::move(judged));
        ++next_.at(partition);
    }
    if (after_apply_) after_apply_();
    return verdicts;
}

ledger::Judged MemoryStateStore::judge(ledger::Partition partition, const ledger::LogEntry& entry) {
    ledger::Judged judged;
    judged.position = entry.position;
    judged.hash = ledger::sha256(entry.value);
    const auto link = ledger::read_chain_link(entry.value);
    if (!link) return judged;
    const auto found = state_.find(link->organization);
    OrganizationState after = found == state_.end() ? OrganizationState{} : *found->second;
    judged.frozen = after.frozen;
    const bool accepted = options_.accept
                              ? options_.accept(*link, after.head)
                              : ledger::is_fact(*link, after.head, partition, options_.partitions);
    if (!accepted) return judged;
    judged.fact = true;
    after.head.sequence = link->sequence;
    after.head.hash = judged.hash;
    if (!after.frozen) evolve(after, entry, judged);
    judged.frozen = after.frozen;
    judged.head = after.head;
    state_[link->organization] = std::make_shared<const OrganizationState>(std::move(after));
    return judged;
}

void MemoryStateStore::evolve(
    OrganizationState& state, const ledger::LogEntry& entry, ledger::Judged& judged
) const {
    const auto record = ledger::decode(entry.value);
    if (!record && !record.error().skippable) {
        state.frozen = true;
        return;
    }
    const ledger::Envelope& envelope = record ? *record : *record.error().skippable;
    const auto apply = [&]<class Kind>(const ledger::RecordEventOf<Kind>& fact) {
        using KindState = typename Kind::State;
        const auto found = state.states.find(fact.id);
        auto after = domain::evolve(
            found == state.states.end() ? KindState{} : std::get<KindState>(found->second),
            fact.event,
            {fact.id, fact.version, envelope.time, envelope.sequence}
        );
        if (!after) return false;
        judged.state = *after;
        judged.rendering = describe(*judged.state);
        state.states.erase(fact.id);
        if (*after != KindState{}) state.states.emplace(fact.id, *std::move(after));
        return true;
    };
    if (record && !std::visit(apply, record->event)) {
        state.frozen = true;
        return;
    }
    state.head.time = envelope.time;
    std::erase_if(state.remembered, [&](const auto& entry_of_key) {
        return entry_of_key.second.time + options_.idempotency_ttl <= envelope.time;
    });
    if (envelope.idempotency) {
        state.remembered.insert_or_assign(
            ledger::remembered_name(envelope.actor, envelope.idempotency->key),
            ledger::Remembered{envelope.idempotency->request_hash, envelope.sequence, envelope.time}
        );
    }
}

void MemoryStateStore::before_apply(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    before_apply_ = std::move(hook);
}

void MemoryStateStore::after_apply(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    after_apply_ = std::move(hook);
}

void MemoryStateStore::on_wanted(std::function<void(const ledger::Hash&, ledger::Wanted)> hook) {
    const std::lock_guard lock(mutex_);
    on_wanted_ = std::move(hook);
}

void MemoryStateStore::before_read(std::function<void()> hook) {
    const std::lock_guard lock(mutex_);
    before_read_ = std::move(hook);
}

void MemoryStateStore::fail_lookups(std::function<bool()> fails) {
    const std::lock_guard lock(mutex_);
    fail_lookups_ = std::move(fails);
}

State MemoryStateStore::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

}  // namespace consularia::test
