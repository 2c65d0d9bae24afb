#include "ledger/record/organization_kind.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"

#include <variant>

namespace consularia::ledger {

namespace {

constexpr std::size_t kTokenRowBytes = 100;

}  // namespace

std::string OrganizationKind::subject_of(const Id& id, const Event& event) {
    return std::visit(
        Overloaded{
            [&](const domain::OrganizationCreated&) { return "organizations/" + id.to_string(); },
            [](const domain::TokenIssued& issued) {
                return "tokens/" + issued.token.id.to_string();
            },
            [](const domain::TokenRevoked& revoked) {
                return "tokens/" + revoked.token.to_string();
            },
        },
        event
    );
}

std::optional<OrganizationKind::Id> OrganizationKind::read_id(
    const JsonReader& record, domain::OrganizationId organization, const Event& event
) {
    return record.parsed("subject", [&](std::string_view text) {
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
