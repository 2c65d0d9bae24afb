#pragma once
// What a damaged store of tables throws.

#include "ledger/log/storage_error.hpp"

namespace consularia::infra::rocks {

/// The store's files are damaged or have a different form. The store can be deleted and filled
/// again. Thrown on opening, and by any later read that hits the damage.
class StoreDamaged : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::infra::rocks
