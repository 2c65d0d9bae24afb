#include "tests/support/simulation/clients.hpp"

#include "tests/support/record_codec.hpp"

#include <chrono>
#include <variant>

namespace consularia::test {

namespace {

constexpr std::uint32_t kAppointments = 3;
constexpr std::uint32_t kFirstToken = 1;  // made with its organization

}  // namespace

Clients::Clients(Chance& chance, std::uint32_t organizations)
    : chance_(chance), random_commands_(static_cast<std::uint32_t>(chance.seed())) {
    for (std::uint32_t i = 0; i < organizations; ++i) {
        organizations_.push_back(samples::organization_id(1 + i + 100 * chance_.pick(5U)));
    }
}

Request Clients::creation(domain::OrganizationId organization) {
    const domain::CreateOrganization command{
        samples::make_organization_name("Practice"), samples::make_grant(kFirstToken)};
    return {organization, ledger::AdminActor{}, std::nullopt, domain::OrganizationCommand(command)};
}

Request Clients::next(const SimulatedNode& node) {
    Request request;
    request.organization = chance_.one_of(organizations_);
    if (chance_.percent(40)) {
        request.actor = ledger::TokenActor{some_token()};
    } else if (chance_.percent(10)) {
        request.actor = ledger::SystemActor{"deadlines"};
    }
    request.idempotency = idempotency(request.organization);
    request.huge = chance_.pick(2000) == 0;
    if (chance_.percent(15)) {
        request.command = organization_command();
    } else {
        request.command = appointment_command(request.organization, node);
    }
    return request;
}

ledger::Submission Clients::submission_of(Request& request) {
    ++request.attempts;
    const auto id = request.huge ? std::string(ledger::kMaxRecordBytes, 'x') : "simulated";
    return {
        .organization = request.organization,
        .actor = request.actor,
        .scope = domain::Scope::write,
        .request = {id, id},
        .idempotency = request.idempotency,
        .event_id = samples::make_id<domain::EventId>(++attempts_),
        .command = *request.command,
        .wanted = static_cast<ledger::Wanted>(attempts_ % 3),
    };
}

ledger::Command Clients::appointment_command(
    domain::OrganizationId organization, const SimulatedNode& node
) {
    const auto id = samples::appointment_id(1 + chance_.pick(kAppointments));
    const State states = node.store->state();
    const auto state = read_state(states)->state_of(organization, id);
    auto command = random_commands_.next(state, node.clock.now());
    std::visit([id](auto& chosen) { chosen.id = id; }, command);
    return command;
}

ledger::Command Clients::organization_command() {
    if (chance_.percent(10)) return *creation({}).command;
    if (chance_.percent(60)) return domain::OrganizationCommand(domain::IssueToken{grant()});
    // The first token rarely: most commands are sent with it.
    const auto first = samples::token_id(kFirstToken);
    const auto token = samples::token_id(1 + chance_.pick(tokens_));
    if (token == first && chance_.percent(80)) return *creation({}).command;
    return domain::OrganizationCommand(domain::RevokeToken{token});
}

std::optional<ledger::RequestKey> Clients::idempotency(domain::OrganizationId organization) {
    if (chance_.percent(40)) return std::nullopt;
    // Now and then a key that another client has used.
    const bool used = keys_ > 0 && chance_.percent(5);
    const std::uint32_t key = used ? 1 + chance_.pick(keys_) : ++keys_;
    ledger::Hash request{};
    request.fill(static_cast<std::uint8_t>(chance_.percent(50) ? key : 255));
    return ledger::RequestKey{
        samples::codec().forms_of(organization, "key-" + std::to_string(key)), request};
}

domain::TokenGrant Clients::grant() {
    auto grant = samples::make_grant(++tokens_);
    if (chance_.percent(30)) {
        grant.scopes = {};
        grant.scopes.add(domain::Scope::read);
    }
    if (chance_.percent(30)) {
        const auto now = ManualClock().now();
        grant.expires_at = now + std::chrono::microseconds(chance_.pick(10'000'000));
    }
    return grant;
}

domain::TokenId Clients::some_token() {
    return samples::token_id(chance_.percent(50) ? kFirstToken : 1 + chance_.pick(tokens_));
}

}  // namespace consularia::test
