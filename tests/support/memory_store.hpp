#pragma once
// A store of tables in memory, for tests that do not depend on a disk.

#include "projections/read_store.hpp"
#include "tables/store.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace consularia::test {

/// Keeps the port's contract: the contract tests of stores run over it. Thread-safe. Its
/// snapshots may outlive it. Nothing is persistent.
class MemoryStore : public tables::Store {
  public:
    using Rows = std::map<std::string, std::string, std::less<>>;

    explicit MemoryStore(std::size_t tables);

    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<tables::WriteSet> write_set() override;
    void commit(std::unique_ptr<tables::WriteSet> writes) override;

    void flush() override {}

    /// Every row of a table, for comparing stores with each other.
    [[nodiscard]] Rows rows(tables::TableId table) const;

    struct State;

  private:
    std::shared_ptr<State> state_;
};

class MemoryReadStore final : public MemoryStore {
  public:
    MemoryReadStore() : MemoryStore(projections::kTableCount) {}
};

}  // namespace consularia::test
