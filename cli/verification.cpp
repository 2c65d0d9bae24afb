#include "cli/verification.hpp"

#include <iostream>
#include <stdexcept>
#include <utility>

namespace consularia::cli {

namespace {

/// How many faults are printed.
constexpr std::uint64_t kShown = 100;

std::string sentence_about(const ledger::ChainFault& fault) {
    return "The " + std::string(fault.breaks_chain ? "chain" : "time") + " of organization " +
           fault.organization.to_string() + " is broken at sequence " +
           std::to_string(fault.sequence) + " (position " + std::to_string(fault.position) +
           "): " + fault.what + ".";
}

}  // namespace

Audit::Audit(const node::LedgerBackend& backend) {
    for (ledger::Partition partition = 0; partition < backend.partitions(); ++partition) {
        verifiers_.emplace_back(partition, backend.partitions(), backend.shared());
    }
}

Audit::Taken Audit::take(ledger::Partition partition, const ledger::LogEntry& entry) {
    auto& verifier = verifiers_.at(partition);
    const auto facts = verifier.facts();
    Taken taken;
    taken.value = ledger::parse_value(entry.value);
    taken.fault = verifier.take(entry, taken.value);
    taken.fact = verifier.facts() > facts;
    return taken;
}

void Faults::add(const ledger::ChainFault& fault) {
    add(sentence_about(fault));
}

void Faults::add(std::string sentence) {
    ++count_;
    if (count_ == 1) {
        first_ = std::move(sentence);
    } else if (count_ <= kShown) {
        std::cout << sentence << "\n";
    }
}

void Faults::throw_if_any() const {
    if (count_ == 0) return;
    const auto others = count_ - 1;
    const std::string more =
        others == 0 ? "" : " There are " + std::to_string(others) + " other faults.";
    throw std::runtime_error(first_ + more);
}

void print_result(const Audit& audit, std::uint64_t records, std::uint64_t faults) {
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
              << organizations << " organizations, "
              << (faults == 0 ? "every chain intact" : std::to_string(faults) + " faults") << "\n";
}

}  // namespace consularia::cli
