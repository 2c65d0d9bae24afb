#include "ledger/commands/overlay.hpp"

#include "base/check.hpp"

#include <utility>
#include <variant>

namespace consularia::ledger {

void Overlay::add(const Record& record, const Hash& hash) {
    const Head last = head(record.organization);
    CHECK(record.sequence == last.sequence + 1 && record.prevhash == last.hash);
    std::visit(
        [&]<class Kind>(const RecordEventOf<Kind>& of) {
            auto& state = std::get<typename Kind::State>(find(record.organization, of.id));
            auto after = evolve(state, of.event, {of.id, of.version, record.time});
            CHECK(after.has_value());
            bytes_ += Kind::bytes_written(state, of.event, *after);
            state = *std::move(after);
        },
        record.event
    );
    heads_.insert_or_assign(record.organization, Head{record.sequence, hash, record.time});
    if (record.idempotency) {
        remembered_.insert_or_assign(
            {record.organization, remembered_name(record.actor, record.idempotency->key)},
            Remembered{record.idempotency->request_hash, record.sequence, record.time}
        );
    }
}

Head Overlay::head(domain::OrganizationId organization) const {
    const auto found = heads_.find(organization);
    return found == heads_.end() ? base_.head(organization) : found->second;
}

bool Overlay::frozen(domain::OrganizationId organization) const {
    return base_.frozen(organization);
}

std::optional<Remembered> Overlay::remembered(
    domain::OrganizationId organization, const std::string& remembered_name
) const {
    const auto found = remembered_.find({organization, remembered_name});
    return found == remembered_.end() ? base_.remembered(organization, remembered_name)
                                      : found->second;
}

State& Overlay::find(domain::OrganizationId organization, const AggregateId& id) const {
    const std::pair key(organization, id);
    const auto found = states_.find(key);
    if (found != states_.end()) return found->second;
    auto read = base_.state(organization, id);
    bytes_ += std::visit(
        [](const auto& state) { return KindOf<std::decay_t<decltype(state)>>::bytes_of(state); },
        read
    );
    return states_.emplace(key, std::move(read)).first->second;
}

}  // namespace consularia::ledger
