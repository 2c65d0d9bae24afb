#pragma once
// The read store of a server that runs before the store is open.

#include "projections/read_store.hpp"

#include <atomic>
#include <memory>

namespace consularia::node {

/// Thread-safe. Until open() everything but flush() throws StorageError.
class LateReadStore final : public projections::ReadStore {
  public:
    /// Call it once.
    void open(std::unique_ptr<projections::ReadStore> store);

    [[nodiscard]] bool is_open() const { return opened_ != nullptr; }

    [[nodiscard]] std::shared_ptr<const projections::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<projections::WriteSet> write_set() override;
    void commit(std::unique_ptr<projections::WriteSet> writes) override;
    void flush() override;

  private:
    [[nodiscard]] projections::ReadStore& opened() const;

    std::unique_ptr<projections::ReadStore> store_;
    std::atomic<projections::ReadStore*> opened_ = nullptr;
};

}  // namespace consularia::node
