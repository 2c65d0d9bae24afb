#pragma once
// Makes the read store durable once a second, so that after a power cut it is a fresh witness.

#include "ledger/log/health.hpp"
#include "node/periodic.hpp"
#include "projections/read_store.hpp"

#include <chrono>

namespace consularia::node {

class Flusher {
  public:
    /// The store and the health outlive this.
    Flusher(projections::ReadStore& store, std::chrono::milliseconds every, ledger::Health& health);
    Flusher(const Flusher&) = delete;
    Flusher& operator=(const Flusher&) = delete;
    /// After one last flush.
    ~Flusher();

  private:
    void flush();

    projections::ReadStore& store_;
    ledger::Health& health_;
    Periodic thread_;
};

}  // namespace consularia::node
