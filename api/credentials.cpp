#include "api/credentials.hpp"

#include "api/tickets.hpp"
#include "projections/queries.hpp"

#include <variant>

namespace consularia::api {

namespace {

tl::expected<Member, Failure> use_ticket(
    const Service& service, const Ticket& ticket, const projections::Reader& reader
) {
    const auto state = projections::find_organization(reader, ticket.organization);
    const auto* const organization = std::get_if<domain::Registered>(&state);
    const auto* const token =
        organization == nullptr ? nullptr : organization->find_token(ticket.token);
    if (token == nullptr) return tl::unexpected(invalid_token());
    const auto now = service.clock->now();
    auto member = authenticate(reader, ticket.organization, token->grant.secret_hash, now);
    if (member && !service.used_tickets->use(ticket, now)) return tl::unexpected(invalid_token());
    return member;
}

}  // namespace

std::optional<Credentials> credentials_by_secret(const Service& service, std::string_view secret) {
    const auto organization = organization_of(secret);
    if (!organization) return std::nullopt;
    auto find = [&service, organization = *organization, hash = hash_secret(secret)](
                    const projections::Reader& reader
                ) { return authenticate(reader, organization, hash, service.clock->now()); };
    return Credentials{*organization, std::move(find)};
}

std::optional<Credentials> credentials_by_ticket(const Service& service, std::string_view ticket) {
    const auto found = read_ticket(service, ticket);
    if (!found) return std::nullopt;
    auto find = [&service, ticket = *found](const projections::Reader& reader) {
        return use_ticket(service, ticket, reader);
    };
    return Credentials{found->organization, std::move(find)};
}

}  // namespace consularia::api
