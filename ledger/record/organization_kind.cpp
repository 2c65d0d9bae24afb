#include "ledger/record/organization_kind.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"

#include <string_view>
#include <variant>

namespace consularia::ledger {

namespace {

constexpr std::size_t kTokenRowBytes = 100;

template <class Id>
std::string refer(std::string_view prefix, const Id& id) {
    return std::string(prefix) + id.to_string();
}

}  // namespace

std::string OrganizationKind::subject_of(const Id& id, const Event& event) {
    return std::visit(
        Overloaded{
            [&](const domain::OrganizationCreated&) { return refer("organizations/", id); },
            [](const domain::TokenIssued& issued) { return refer("tokens/", issued.token.id); },
            [](const domain::TokenRevoked& revoked) { return refer("tokens/", revoked.token); },
        },
        event
    );
}

std::optional<OrganizationKind::Id> OrganizationKind::read_id(
    const JsonReader& record, domain::OrganizationId organization, const Event& event
) {
    return record.parsed("subject", [&](const std::string& text) {
        return text == subject_of(organization, event) ? std::optional(organization) : std::nullopt;
    });
}

std::size_t OrganizationKind::bytes_of(const State& state) {
    const auto* const registered = std::get_if<domain::Registered>(&state);
    if (registered == nullptr) return 0;
    std::size_t bytes = registered->name.value().size();
    for (const auto& token : registered->tokens) {
        bytes += kTokenRowBytes + token.grant.name.value().size();
    }
    return bytes;
}

}  // namespace consularia::ledger
