#pragma once
// A store of a server that runs before the store is open.

#include "tables/store.hpp"

#include <atomic>
#include <memory>

namespace consularia::node {

/// Thread-safe. Until open() everything but flush() throws StorageError.
class LateStore final : public tables::Store {
  public:
    /// Call it once.
    void open(std::unique_ptr<tables::Store> store);

    [[nodiscard]] bool is_open() const { return opened_ != nullptr; }

    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<tables::WriteSet> write_set() override;
    void commit(std::unique_ptr<tables::WriteSet> writes) override;
    void flush() override;

  private:
    [[nodiscard]] tables::Store& opened() const;

    std::unique_ptr<tables::Store> store_;
    std::atomic<tables::Store*> opened_ = nullptr;
};

}  // namespace consularia::node
