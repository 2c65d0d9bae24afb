#pragma once
// A log that nobody can read now: no node would do better with it than this one.

#include "ledger/log/storage_error.hpp"

namespace consularia::ledger {

/// Of a shared log: a gap, a damaged record, a partition without a leader, brokers that nobody
/// reaches.
class LogError : public StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::ledger
