#include "app/ledger_commands.hpp"

#include "app/data_dir.hpp"
#include "app/usage_error.hpp"
#include "infra/rocks_ledger.hpp"
#include "infra/rocks_read_store.hpp"
#include "ledger/chain_verifier.hpp"

#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace consularia::app {

namespace {

constexpr bool kShared = false;  // The embedded ledger has one writer.

[[noreturn]] void report(const ledger::ChainFault& fault) {
    throw std::runtime_error(
        "The chain of organization " + fault.organization.to_string() + " is broken at sequence " +
        std::to_string(fault.sequence) + " (position " + std::to_string(fault.position) +
        "): " + fault.what + "."
    );
}

/// How far the read store has applied the ledger; empty when there is none that can be read.
std::optional<projections::Checkpoint> find_witness(const DataDir& dir) {
    try {
        const auto state = infra::peek_read_store(dir.read_store(), 1, infra::Peek::at_a_glance);
        return state ? state->checkpoints.at(0) : std::nullopt;
    } catch (const infra::ReadStoreDamaged&) {
        return std::nullopt;  // verify says that there was none.
    }
}

void finish_output() {
    std::cout.flush();
    if (!std::cout) throw std::runtime_error("The output could not be written.");
}

}  // namespace

void verify_ledger(const StoreOptions& options) {
    require_embedded(options);
    const DataDir dir(options.data_dir);
    // Read first: the ledger is always ahead of its read store.
    const auto witness = find_witness(dir);
    ledger::ChainVerifier verifier(0, 1, kShared);
    std::uint64_t records = 0;
    infra::for_each_record(dir.ledger(), [&](const ledger::LogEntry& entry) {
        ++records;
        if (const auto fault = verifier.take(entry)) report(*fault);
        if (witness && records == witness->next &&
            ledger::sha256(entry.value) != witness->last_hash) {
            throw std::runtime_error(
                "The record at position " + std::to_string(entry.position) +
                " is not the one that the read store has applied."
            );
        }
    });
    if (witness && records < witness->next) {
        throw std::runtime_error(
            "The ledger ends at position " + std::to_string(records) +
            ", but the read store has applied it up to position " + std::to_string(witness->next) +
            ": records are missing."
        );
    }
    std::uint64_t organizations = 0;
    for (const auto& [organization, head] : verifier.heads()) {
        if (head.sequence == 0) continue;
        ++organizations;
        std::cout << "organization " << organization.to_string() << " facts " << head.sequence
                  << " head " << ledger::to_hex(head.hash) << "\n";
    }
    std::cout << records << " records, " << verifier.facts() << " facts, " << verifier.voids()
              << " void, " << organizations << " organizations, every chain intact\n";
    if (!witness) std::cout << "no read store: a lost end of the log would go unnoticed\n";
    finish_output();
}

void export_ledger(const StoreOptions& options, const ExportOptions& what) {
    require_embedded(options);
    std::optional<domain::OrganizationId> only;
    if (!what.organization.empty()) {
        only = domain::OrganizationId::parse(what.organization);
        if (!only) throw UsageError("\"" + what.organization + "\" is not a UUID.");
    }
    const DataDir dir(options.data_dir);
    ledger::ChainVerifier verifier(0, 1, kShared);
    infra::for_each_record(dir.ledger(), [&](const ledger::LogEntry& entry) {
        if (only) {
            const auto link = ledger::read_link(entry.value);
            if (!link || link->organization != *only) return;
        }
        const auto facts = verifier.facts();
        (void)verifier.take(entry);
        if (what.facts_only && verifier.facts() == facts) return;
        std::cout << entry.value << '\n';
    });
    finish_output();
}

}  // namespace consularia::app
