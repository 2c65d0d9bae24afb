#include "base/periodic.hpp"

#include <utility>

namespace consularia {

Periodic::Periodic(std::chrono::milliseconds every, std::function<void()> call)
    : thread_([every, call = std::move(call)](const std::stop_token& stop) {
          while (!stopped_within(stop, every)) call();
      }) {}

}  // namespace consularia
