#pragma once

// SIGINT and SIGTERM as something to wait for.

namespace consularia::node {

/// Made before any thread is, so that all of them leave the signals to wait().
class Signals {
  public:
    Signals();

    /// Blocks until SIGINT or SIGTERM comes. After that a second one ends the process at once.
    void wait();

    /// Ends wait() as SIGTERM does, from any thread.
    static void interrupt();
};

}  // namespace consularia::node
