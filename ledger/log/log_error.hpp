#pragma once
// A log that currently nobody can read: every other node would fail in the same way.

#include "ledger/log/storage_error.hpp"

namespace consularia::ledger {

/// Concerns a shared log: a gap, a damaged record, a partition without a leader, unreachable
/// brokers.
class LogError : public StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::ledger
