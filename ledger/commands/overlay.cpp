#include "ledger/commands/overlay.hpp"

#include "base/check.hpp"
#include "base/overloaded.hpp"
#include "domain/appointment/evolve.hpp"
#include "ledger/commands/command_cost.hpp"

#include <utility>
#include <variant>

namespace consularia::ledger {

void Overlay::add(const Record& record, const Hash& hash) {
    const Head last = head(record.organization);
    CHECK(record.sequence == last.sequence + 1 && record.prevhash == last.hash);
    std::visit(
        Overloaded{
            [&](const AppointmentFact& fact) {
                const auto before = appointment(record.organization, fact.appointment);
                auto after = domain::evolve(
                    before, fact.event, {fact.appointment, fact.version, record.time}
                );
                CHECK(after.has_value());
                if (domain::shows(fact.event)) {
                    bytes_ += written_bytes(extent_of(before), extent_of(*after));
                }
                appointments_.insert_or_assign(
                    {record.organization, fact.appointment}, *std::move(after)
                );
            },
            [&](const domain::OrganizationEvent& event) {
                auto after = domain::evolve(
                    find_organization(record.organization), event, record.organization, record.time
                );
                CHECK(after.has_value());
                bytes_ += row_bytes(*after);
                organizations_.insert_or_assign(record.organization, *std::move(after));
            },
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

domain::Organization Overlay::organization(domain::OrganizationId id) const {
    domain::Organization found = find_organization(id);
    bytes_ += row_bytes(found);
    return found;
}

domain::Appointment Overlay::appointment(
    domain::OrganizationId organization, domain::AppointmentId id
) const {
    const std::pair key(organization, id);
    const auto found = appointments_.find(key);
    if (found != appointments_.end()) return found->second;
    auto read = base_.appointment(organization, id);
    bytes_ += extent_of(read).row_bytes;
    return appointments_.emplace(key, std::move(read)).first->second;
}

domain::Organization Overlay::find_organization(domain::OrganizationId id) const {
    const auto found = organizations_.find(id);
    return found == organizations_.end() ? base_.organization(id) : found->second;
}

std::optional<Remembered> Overlay::remembered(
    domain::OrganizationId organization, const std::string& idempotency_key
) const {
    const auto found = remembered_.find({organization, idempotency_key});
    return found == remembered_.end() ? base_.remembered(organization, idempotency_key)
                                      : found->second;
}

}  // namespace consularia::ledger
