#include "node/late_store.hpp"

#include "ledger/log/storage_error.hpp"

#include <utility>

namespace consularia::node {

void LateStore::open(std::unique_ptr<tables::Store> store) {
    store_ = std::move(store);
    opened_ = store_.get();
}

std::shared_ptr<const tables::Reader> LateStore::snapshot() const {
    return opened().snapshot();
}

std::unique_ptr<tables::WriteSet> LateStore::write_set() {
    return opened().write_set();
}

void LateStore::commit(std::unique_ptr<tables::WriteSet> writes) {
    opened().commit(std::move(writes));
}

void LateStore::flush() {
    if (is_open()) opened().flush();
}

tables::Store& LateStore::opened() const {
    auto* const store = opened_.load();
    if (store == nullptr) throw ledger::StorageError("the data is not open yet");
    return *store;
}

}  // namespace consularia::node
