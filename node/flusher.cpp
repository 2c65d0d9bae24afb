#include "node/flusher.hpp"

#include "ledger/log/storage_error.hpp"

#include <string>
#include <utility>

namespace consularia::node {

Flusher::Flusher(
    std::vector<tables::Store*> stores,
    std::chrono::milliseconds every,
    ledger::Health& health,
    ledger::Part part
)
    : stores_(std::move(stores)),
      health_(health),
      component_{std::nullopt, part},
      thread_(every, [this] { flush(); }) {}

Flusher::~Flusher() {
    thread_.stop();
    flush();
}

void Flusher::flush() {
    const auto doing = health_.begin(component_);
    try {
        for (auto* const store : stores_) store->flush();
        if (std::exchange(failed_, false)) health_.fine(component_);
    } catch (const ledger::StorageError& error) {
        failed_ = true;
        // Acknowledged writes do not depend on it: the ledger is durable by itself.
        health_.fails(
            component_, std::string("what was read is not made durable: ") + error.what()
        );
    }
}

}  // namespace consularia::node
