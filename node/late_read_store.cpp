#include "node/late_read_store.hpp"

#include "ledger/log/storage_error.hpp"

#include <utility>

namespace consularia::node {

void LateReadStore::open(std::unique_ptr<projections::ReadStore> store) {
    store_ = std::move(store);
    opened_ = store_.get();
}

std::shared_ptr<const projections::Reader> LateReadStore::snapshot() const {
    return opened().snapshot();
}

std::unique_ptr<projections::WriteSet> LateReadStore::write_set() {
    return opened().write_set();
}

void LateReadStore::commit(std::unique_ptr<projections::WriteSet> writes) {
    opened().commit(std::move(writes));
}

void LateReadStore::flush() {
    if (is_open()) opened().flush();
}

projections::ReadStore& LateReadStore::opened() const {
    auto* const store = opened_.load();
    if (store == nullptr) throw ledger::StorageError("the read store is not open yet");
    return *store;
}

}  // namespace consularia::node
