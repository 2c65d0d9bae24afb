#pragma once
// A read store in memory, for tests that need none of a disk's behaviour.

#include "projections/read_store.hpp"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::test {

/// Keeps the port's contract, RocksReadStore's contract tests run over it. Thread-safe. Its
/// snapshots may outlive it. Nothing survives it.
class MemoryReadStore final : public projections::ReadStore {
  public:
    using Rows = std::map<std::string, std::string, std::less<>>;
    using Tables = std::array<std::shared_ptr<const Rows>, projections::kTableCount>;

    MemoryReadStore();

    [[nodiscard]] std::shared_ptr<const projections::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<projections::Batch> batch() override;
    void commit(std::unique_ptr<projections::Batch> batch) override;

    void flush() override {}

    /// Every row of a table, for comparing stores with each other.
    [[nodiscard]] Rows rows(projections::Table table) const;

    /// The tables as of now.
    [[nodiscard]] Tables tables() const;

  private:
    mutable std::mutex mutex_;  ///< Guards tables_.
    /// Each shared with the snapshots that saw it, and then copied before it changes.
    std::array<std::shared_ptr<Rows>, projections::kTableCount> tables_;
};

}  // namespace consularia::test
