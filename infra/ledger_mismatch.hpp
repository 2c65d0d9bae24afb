#pragma once
// Thrown by every ledger that is not the log that a read store was built from.

#include "ledger/log/storage_error.hpp"

namespace consularia::infra {

/// The ledger is not the one that was written: damaged, truncated, missing or a different one. The
/// message is one sentence that names what is missing; nothing was changed.
class LedgerMismatch : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::infra
