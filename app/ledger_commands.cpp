#include "app/ledger_commands.hpp"

#include "app/data_dir.hpp"
#include "app/ledgers.hpp"
#include "app/log.hpp"
#include "app/output.hpp"
#include "app/usage_error.hpp"
#include "infra/rocks_read_store.hpp"
#include "ledger/chain_verifier.hpp"

#include <iostream>
#include <stdexcept>
#include <vector>

namespace consularia::app {

namespace {

using ledger::Partition;

/// How far the read store has applied each partition; empty when there is none that can be read.
using Witnesses = std::vector<std::optional<projections::Checkpoint>>;

/// The chains of a whole ledger, partition by partition.
class Audit {
  public:
    explicit Audit(const StoreOptions& options) {
        const bool shared = is_kafka(options);  // The embedded ledger has one writer.
        const Partition partitions = partitions_of(options);
        for (Partition partition = 0; partition < partitions; ++partition) {
            verifiers_.emplace_back(partition, partitions, shared);
        }
    }

    ledger::ChainVerifier& of(Partition partition) { return verifiers_.at(partition); }

    [[nodiscard]] const std::vector<ledger::ChainVerifier>& verifiers() const { return verifiers_; }

  private:
    std::vector<ledger::ChainVerifier> verifiers_;
};

[[noreturn]] void report(const ledger::ChainFault& fault) {
    throw std::runtime_error(
        "The chain of organization " + fault.organization.to_string() + " is broken at sequence " +
        std::to_string(fault.sequence) + " (position " + std::to_string(fault.position) +
        "): " + fault.what + "."
    );
}

Witnesses find_witnesses(const StoreOptions& options) {
    try {
        const auto state = infra::peek_read_store(
            DataDir(options.data_dir).read_store(), partitions_of(options), infra::Peek::at_a_glance
        );
        if (state) return state->checkpoints;
    } catch (const infra::ReadStoreDamaged&) {  // verify says that there was none.
    }
    return Witnesses(partitions_of(options));
}

void check(const ledger::LogEntry& entry, const std::optional<projections::Checkpoint>& witness) {
    if (!witness || entry.position + 1 != witness->next) return;
    if (ledger::sha256(entry.value) == witness->last_hash) return;
    throw std::runtime_error(
        "The record at position " + std::to_string(entry.position) +
        " is not the one that the read store has applied."
    );
}

void check_end(std::uint64_t end, const std::optional<projections::Checkpoint>& witness) {
    if (!witness || end >= witness->next) return;
    throw std::runtime_error(
        "The ledger ends at position " + std::to_string(end) +
        ", but the read store has applied it up to position " + std::to_string(witness->next) +
        ": records are missing."
    );
}

void print_heads(const Audit& audit, std::uint64_t records) {
    std::uint64_t organizations = 0;
    std::uint64_t facts = 0;
    std::uint64_t voids = 0;
    for (const auto& verifier : audit.verifiers()) {
        facts += verifier.facts();
        voids += verifier.voids();
        for (const auto& [organization, head] : verifier.heads()) {
            if (head.sequence == 0) continue;
            ++organizations;
            std::cout << "organization " << organization.to_string() << " facts " << head.sequence
                      << " head " << ledger::to_hex(head.hash) << "\n";
        }
    }
    std::cout << records << " records, " << facts << " facts, " << voids << " void, "
              << organizations << " organizations, every chain intact\n";
}

}  // namespace

void init_ledger(const StoreOptions& options) {
    if (!is_kafka(options)) {
        throw UsageError("An embedded ledger is made by serve; init makes the topic of kafka:….");
    }
    const Log log("warning");
    const auto ledger = infra::open_kafka_ledger(kafka_options(options));
    std::cout << ledger->identity() << " with " << ledger->partitions() << " partitions\n";
    finish_output();
}

void verify_ledger(const StoreOptions& options) {
    const Log log("warning");
    // Read first: the ledger is always ahead of its read store.
    const auto witnesses = find_witnesses(options);
    Audit audit(options);
    std::vector<std::uint64_t> ends(witnesses.size(), 0);
    for_each_record(options, [&](Partition partition, const ledger::LogEntry& entry) {
        ++ends.at(partition);
        if (const auto fault = audit.of(partition).take(entry)) report(*fault);
        check(entry, witnesses.at(partition));
    });
    std::uint64_t records = 0;
    bool witnessed = false;
    for (Partition partition = 0; partition < ends.size(); ++partition) {
        check_end(ends[partition], witnesses[partition]);
        records += ends[partition];
        witnessed = witnessed || witnesses[partition];
    }
    print_heads(audit, records);
    if (!witnessed) std::cout << "no read store: a lost end of the log would go unnoticed\n";
    finish_output();
}

void export_ledger(const StoreOptions& options, const ExportOptions& what) {
    const Log log("warning");
    std::optional<domain::OrganizationId> only;
    if (!what.organization.empty()) {
        only = domain::OrganizationId::parse(what.organization);
        if (!only) throw UsageError("\"" + what.organization + "\" is not a UUID.");
    }
    Audit audit(options);
    for_each_record(options, [&](Partition partition, const ledger::LogEntry& entry) {
        if (only) {
            const auto link = ledger::read_link(entry.value);
            if (!link || link->organization != *only) return;
        }
        auto& verifier = audit.of(partition);
        const auto facts = verifier.facts();
        (void)verifier.take(entry);
        if (what.facts_only && verifier.facts() == facts) return;
        std::cout << entry.value << '\n';
    });
    finish_output();
}

}  // namespace consularia::app
