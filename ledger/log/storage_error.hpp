#pragma once
// A machine failed (disk, broker, time-out), or stored rows are damaged: architecture.md, Errors.

#include <stdexcept>

namespace consularia::ledger {

class StorageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace consularia::ledger
