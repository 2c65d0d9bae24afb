#pragma once
// Makes the read store durable once a second, so that it is a recent witness after a power cut.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"
#include "projections/read_store.hpp"

#include <chrono>

namespace consularia::node {

class Flusher {
  public:
    /// The store and the health outlive this.
    Flusher(projections::ReadStore& store, std::chrono::milliseconds every, ledger::Health& health);
    Flusher(const Flusher&) = delete;
    Flusher& operator=(const Flusher&) = delete;
    /// Flushes once more.
    ~Flusher();

  private:
    void flush();

    projections::ReadStore& store_;
    ledger::Health& health_;
    Periodic thread_;
};

}  // namespace consularia::node
