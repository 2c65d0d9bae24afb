#include "ledger/commands/overlay.hpp"

#include "base/check.hpp"

#include <utility>
#include <variant>

namespace consularia::ledger {

void Overlay::add(const Record& record, const Hash& hash) {
    Head& head = chain_of(record.organization).head;
    CHECK(record.sequence == head.sequence + 1 && record.prevhash == head.hash);
    std::visit(
        [&]<class Kind>(const RecordEventOf<Kind>& of) {
            auto& state = std::get<typename Kind::State>(find(record.organization, of.id));
            auto after = evolve(state, of.event, {of.id, of.version, record.time, record.sequence});
            CHECK(after.has_value());
            bytes_ += Kind::bytes_written(state, of.event, *after);
            state = *std::move(after);
        },
        record.event
    );
    head = {record.sequence, hash, record.time};
    if (record.idempotency) {
        remembered_.insert_or_assign(
            {record.organization, remembered_name(record.actor, record.idempotency->key)},
            Remembered{record.idempotency->request_hash, record.sequence, record.time}
        );
    }
}

Head Overlay::head(domain::OrganizationId organization) const {
    return chain_of(organization).head;
}

bool Overlay::frozen(domain::OrganizationId organization) const {
    return chain_of(organization).frozen;
}

Overlay::Chain& Overlay::chain_of(domain::OrganizationId organization) const {
    const auto found = chains_.find(organization);
    if (found != chains_.end()) return found->second;
    const Chain read{base_.head(organization), base_.frozen(organization)};
    return chains_.emplace(organization, read).first->second;
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
