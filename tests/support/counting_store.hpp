#pragma once
// Counts how often a store is read from.

#include "tables/store.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace consularia::test {

/// Passes everything on to another store, which outlives it. Thread-safe.
class CountingStore final : public tables::Store {
  public:
    explicit CountingStore(tables::Store& store) : store_(store) {}

    [[nodiscard]] std::shared_ptr<const tables::Reader> snapshot() const override {
        ++snapshots;
        return store_.snapshot();
    }

    [[nodiscard]] std::unique_ptr<tables::WriteSet> write_set() override {
        return store_.write_set();
    }

    void commit(std::unique_ptr<tables::WriteSet> writes) override {
        store_.commit(std::move(writes));
    }

    void flush() override { store_.flush(); }

    mutable std::atomic<int> snapshots = 0;

  private:
    tables::Store& store_;
};

}  // namespace consularia::test
