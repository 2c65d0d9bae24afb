#pragma once
// What a damaged read store throws.

#include "ledger/log/storage_error.hpp"

namespace consularia::infra::rocks {

/// The store's files are damaged or have a different form. The store can be deleted and rebuilt
/// from the ledger. Thrown on opening, and by any later read that hits the damage.
class ReadStoreDamaged : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

}  // namespace consularia::infra::rocks
