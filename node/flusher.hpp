#pragma once
// Makes journal and read store durable once a second, so that they are recent witnesses after a
// power cut.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"
#include "tables/store.hpp"

#include <chrono>
#include <vector>

namespace consularia::node {

class Flusher {
  public:
    /// The stores and the health outlive this.
    Flusher(
        std::vector<tables::Store*> stores, std::chrono::milliseconds every, ledger::Health& health
    );
    Flusher(const Flusher&) = delete;
    Flusher& operator=(const Flusher&) = delete;
    /// Flushes once more.
    ~Flusher();

  private:
    void flush();

    const std::vector<tables::Store*> stores_;
    ledger::Health& health_;
    Periodic thread_;
};

}  // namespace consularia::node
