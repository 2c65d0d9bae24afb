#pragma once
// Makes stores durable once a second: journal and read store, so that they are recent witnesses
// after a power cut, and, apart from them, what webhooks have got to.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"
#include "tables/store.hpp"

#include <chrono>
#include <vector>

namespace consularia::node {

class Flusher {
  public:
    /// The stores and the health outlive this. `part` of the node fails if a store cannot be
    /// flushed; others may report of it too.
    Flusher(
        std::vector<tables::Store*> stores,
        std::chrono::milliseconds every,
        ledger::Health& health,
        ledger::Part part = ledger::Part::flush
    );
    Flusher(const Flusher&) = delete;
    Flusher& operator=(const Flusher&) = delete;
    /// Flushes once more.
    ~Flusher();

  private:
    void flush();

    const std::vector<tables::Store*> stores_;
    ledger::Health& health_;
    const ledger::Component component_;
    bool failed_ = false;  ///< Only for the thread.
    Periodic thread_;
};

}  // namespace consularia::node
