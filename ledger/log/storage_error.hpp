#pragma once
// A machine failed: disk, broker, time-out. Thrown by infra only, caught at the edge of a thread.

#include <stdexcept>

namespace consularia::ledger {

class StorageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace consularia::ledger
