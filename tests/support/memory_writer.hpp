#pragma once
// A memory ledger as one of its writers sees it.

#include "tests/support/memory_ledger.hpp"

namespace consularia::test {

/// The log names this writer for its records.
class MemoryWriter : public ledger::Ledger {
  public:
    MemoryWriter(MemoryLedger& ledger, ledger::Writer writer) : ledger_(ledger), writer_(writer) {}

    [[nodiscard]] std::string identity() const override { return ledger_.identity(); }

    [[nodiscard]] ledger::Partition partitions() const override { return ledger_.partitions(); }

    [[nodiscard]] bool shared() const override { return ledger_.shared(); }

    [[nodiscard]] ledger::Writer writer() const override { return writer_; }

    [[nodiscard]] ledger::AppendResult append(
        ledger::Partition partition, std::span<const std::string> values
    ) override {
        return ledger_.append_by(writer_, partition, values);
    }

    [[nodiscard]] std::unique_ptr<ledger::Tail> tail(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    ) override {
        return ledger_.tail(partition, from, std::move(ready));
    }

    [[nodiscard]] std::vector<ledger::Position> find_ends(
        std::span<const ledger::Partition> partitions, std::chrono::milliseconds timeout
    ) override {
        return ledger_.find_ends(partitions, timeout);
    }

  private:
    MemoryLedger& ledger_;
    const ledger::Writer writer_;
};

}  // namespace consularia::test
