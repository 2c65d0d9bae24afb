#pragma once
// A thread that calls a function from time to time.

#include "base/stoppable_thread.hpp"

#include <chrono>
#include <functional>

namespace consularia {

class Periodic {
  public:
    /// Calls the function, which must not throw, with this pause before each call.
    Periodic(std::chrono::milliseconds every, std::function<void()> call);

    /// Waits for the current call; there is none after it.
    void stop() { thread_.stop(); }

  private:
    StoppableThread thread_;
};

}  // namespace consularia
