#include "node/late_store.hpp"

#include "ledger/log/storage_error.hpp"

#include <utility>

namespace consularia::node {

void LateStore::open(std::unique_ptr<tables::Store> store) {
    opened_ = std::shared_ptr(std::move(store));
}

std::shared_ptr<tables::Store> LateStore::replace(std::shared_ptr<tables::Store> store) {
    return opened_.exchange(std::move(store));
}

std::shared_ptr<const tables::Reader> LateStore::snapshot() const {
    return opened()->snapshot();
}

std::unique_ptr<tables::WriteSet> LateStore::write_set() {
    return opened()->write_set();
}

void LateStore::commit(std::unique_ptr<tables::WriteSet> writes) {
    opened()->commit(std::move(writes));
}

void LateStore::flush() {
    if (is_open()) opened()->flush();
}

std::shared_ptr<tables::Store> LateStore::opened() const {
    auto store = opened_.load();
    if (!store) throw ledger::StorageError("the data is not open yet");
    return store;
}

}  // namespace consularia::node
