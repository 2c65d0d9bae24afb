#pragma once
// What the commands that verify a ledger share: its chains, and the faults that are found in them.

#include "ledger/log/chain_verifier.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/parsed_value.hpp"
#include "node/ledger_backend.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::cli {

/// The chains of a whole ledger, partition by partition.
class Audit {
  public:
    explicit Audit(const node::LedgerBackend& backend);

    struct Taken {
        std::optional<ledger::ChainFault> fault;
        bool fact = false;
        ledger::ParsedValue value;  ///< What the entry's bytes say.
    };

    Taken take(ledger::Partition partition, const ledger::LogEntry& entry);

    [[nodiscard]] const std::vector<ledger::ChainVerifier>& verifiers() const { return verifiers_; }

  private:
    std::vector<ledger::ChainVerifier> verifiers_;
};

/// Prints the first few faults, except the very first, which becomes the error.
class Faults {
  public:
    void add(const ledger::ChainFault& fault);
    void add(std::string sentence);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// Throws std::runtime_error.
    void throw_if_any() const;

  private:
    std::uint64_t count_ = 0;
    std::string first_;
};

/// The head of every organization, and how many records there are of what kind.
void print_result(const Audit& audit, std::uint64_t records, std::uint64_t faults);

}  // namespace consularia::cli
