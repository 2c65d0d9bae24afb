#pragma once
// A read store in memory, for tests that do not depend on a disk.

#include "projections/read_store.hpp"

#include <map>
#include <memory>
#include <string>

namespace consularia::test {

/// Keeps the port's contract: the contract tests of read stores run over it. Thread-safe. Its
/// snapshots may outlive it. Nothing is persistent.
class MemoryReadStore final : public projections::ReadStore {
  public:
    using Rows = std::map<std::string, std::string, std::less<>>;

    MemoryReadStore();

    [[nodiscard]] std::shared_ptr<const projections::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<projections::WriteSet> write_set() override;
    void commit(std::unique_ptr<projections::WriteSet> writes) override;

    void flush() override {}

    /// Every row of a table, for comparing stores with each other.
    [[nodiscard]] Rows rows(projections::Table table) const;

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace consularia::test
