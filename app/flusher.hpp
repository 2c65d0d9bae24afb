#pragma once
// Makes the read store durable once a second, so that after a power cut it is a fresh witness.

#include "projections/read_store.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace consularia::app {

class Flusher {
  public:
    /// The store outlives this.
    Flusher(projections::ReadStore& store, std::chrono::milliseconds every);
    Flusher(const Flusher&) = delete;
    Flusher& operator=(const Flusher&) = delete;
    /// After one last flush.
    ~Flusher();

  private:
    void run(std::chrono::milliseconds every);
    void flush();

    projections::ReadStore& store_;
    std::mutex mutex_;  ///< Guards stopping_.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace consularia::app
