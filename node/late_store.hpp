#pragma once
// A store of a running server: opened after the server's start, and replaceable.

#include "tables/store.hpp"

#include <atomic>
#include <memory>

namespace consularia::node {

/// Thread-safe. Until open() everything but flush() throws StorageError.
class LateStore final : public tables::Store {
  public:
    /// Call it once.
    void open(std::unique_ptr<tables::Store> store);

    [[nodiscard]] bool is_open() const { return opened_.load() != nullptr; }

    /// Uses another store from now on, which holds the same. Returns the previous one: calls that
    /// had begun may still use it, and write sets of it can no longer be committed.
    [[nodiscard]] std::shared_ptr<tables::Store> replace(std::shared_ptr<tables::Store> store);

    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const override;
    [[nodiscard]] std::unique_ptr<tables::WriteSet> write_set() override;
    void commit(std::unique_ptr<tables::WriteSet> writes) override;
    void flush() override;

  private:
    [[nodiscard]] std::shared_ptr<tables::Store> opened() const;

    std::atomic<std::shared_ptr<tables::Store>> opened_;
};

}  // namespace consularia::node
