#pragma once
// One node as the tests of the ledger see it, and short ways to write commands for it.

#include "ledger/commands/command.hpp"
#include "ledger/commands/processor.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/memory_state_store.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::test {

/// By the admin, without Idempotency-Key, with an event id of its own, due after 5 s of a
/// ManualClock that was not moved.
[[nodiscard]] ledger::Submission submission(std::uint32_t organization, ledger::Command command);

[[nodiscard]] ledger::Submission create_organization(
    std::uint32_t organization, domain::TokenGrant token
);
[[nodiscard]] ledger::Submission create_organization(std::uint32_t organization = 1);
[[nodiscard]] ledger::Submission schedule(std::uint32_t organization, std::uint32_t appointment);
[[nodiscard]] ledger::Submission rename(
    std::uint32_t organization, std::uint32_t appointment, std::string title
);
[[nodiscard]] ledger::Submission start(std::uint32_t organization, std::uint32_t appointment);
[[nodiscard]] ledger::Submission remove(std::uint32_t organization, std::uint32_t appointment);
[[nodiscard]] ledger::Submission register_webhook(
    std::uint32_t organization, std::uint32_t webhook
);

[[nodiscard]] ledger::Submission with_key(
    ledger::Submission submission, std::string key, std::uint8_t request = 1
);
[[nodiscard]] ledger::Submission by_token(ledger::Submission submission, std::uint32_t token);
[[nodiscard]] ledger::Submission due(ledger::Submission submission, std::chrono::milliseconds at);

/// The bytes of the record that the command leads to on the store's state. Aborts if there is none.
[[nodiscard]] std::string record_of(
    const ledger::StateStore& store, const ledger::Submission& submission
);

/// A fact of a type that this binary does not know, next in the organization.
[[nodiscard]] std::string unknown_record(
    const ledger::StateStore& store, domain::OrganizationId organization
);

/// A processor with a state store of its own; partition 0.
class TestNode {
  public:
    TestNode(
        ledger::Ledger& ledger,
        ManualClock& clock,
        ledger::ProcessorLimits limits = {},
        ledger::PartitionHealth health = {},
        MemoryStateStore::Options options = {}
    );

    /// Returns the number of its answer.
    std::size_t submit(ledger::Submission submission);
    /// Steps until nothing is to be done before time passes.
    void run();
    /// Submits, runs, and gives the answer; aborts when there is none.
    ledger::Reply ask(ledger::Submission submission);

    [[nodiscard]] const std::optional<ledger::Reply>& reply(std::size_t number) const {
        return replies_.at(number);
    }

    /// Null while unanswered, or answered with something else.
    template <class T>
    [[nodiscard]] const T* reply_as(std::size_t number) const {
        const auto& reply = replies_.at(number);
        return reply ? std::get_if<T>(&*reply) : nullptr;
    }

    [[nodiscard]] ledger::Head head(std::uint32_t organization = 1) const;
    /// Empty when absent.
    [[nodiscard]] std::string title(std::uint32_t organization, std::uint32_t appointment) const;

    MemoryStateStore store;
    ledger::PartitionProcessor processor;

  private:
    std::vector<std::optional<ledger::Reply>> replies_;
    std::atomic<bool> tail_ready_ = false;
};

}  // namespace consularia::test
