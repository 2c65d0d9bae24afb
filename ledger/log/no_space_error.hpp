#pragma once
// The disk lacks the space for what was to be written. Nothing else is wrong: once there is space,
// it works.

#include "ledger/log/storage_error.hpp"

namespace consularia::ledger {

class NoSpaceError : public StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::ledger
