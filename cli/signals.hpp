#pragma once

// Makes it possible to wait for SIGINT and SIGTERM.

namespace consularia::cli {

/// To be constructed before any thread, so that all threads leave the signals to wait().
class Signals {
  public:
    Signals();

    /// Blocks until SIGINT or SIGTERM arrives. After that a second one ends the process at once.
    void wait();

    /// Ends wait() like SIGTERM, from any thread.
    static void interrupt();
};

}  // namespace consularia::cli
