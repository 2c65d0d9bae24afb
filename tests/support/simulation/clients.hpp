#pragma once
// The requests of the clients of a simulation.

#include "ledger/commands/command.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/simulation/chance.hpp"
#include "tests/support/simulation/simulated_node.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace consularia::test {

/// The intention of a client, through all its attempts.
struct Request {
    domain::OrganizationId organization;
    ledger::Actor actor;
    std::optional<ledger::RequestKey> idempotency;
    std::optional<ledger::Command> command;
    bool huge = false;  ///< Too large for a record in any case.
    int attempts = 0;
};

class Clients {
  public:
    Clients(Chance& chance, std::uint32_t organizations);

    [[nodiscard]] const std::vector<domain::OrganizationId>& organizations() const {
        return organizations_;
    }

    [[nodiscard]] Request creation(domain::OrganizationId organization);
    /// A command that is sensible, or nearly, in the present state of this node.
    [[nodiscard]] Request next(const SimulatedNode& node);
    /// One more attempt.
    [[nodiscard]] ledger::Submission submission_of(Request& request);

  private:
    ledger::Command appointment_command(
        domain::OrganizationId organization, const SimulatedNode& node
    );
    ledger::Command organization_command();
    std::optional<ledger::RequestKey> idempotency(domain::OrganizationId organization);
    domain::TokenGrant grant();
    domain::TokenId some_token();

    Chance& chance_;
    samples::RandomCommands random_commands_;
    std::vector<domain::OrganizationId> organizations_;
    std::uint32_t tokens_ = 1;
    std::uint32_t keys_ = 0;
    std::uint32_t attempts_ = 0;
};

}  // namespace consularia::test
