#include "node/flusher.hpp"

#include "ledger/log/storage_error.hpp"

#include <string>
#include <utility>

namespace consularia::node {

namespace {

constexpr ledger::Component kComponent{std::nullopt, ledger::Part::flush};

}  // namespace

Flusher::Flusher(
    std::vector<tables::Store*> stores, std::chrono::milliseconds every, ledger::Health& health
)
    : stores_(std::move(stores)), health_(health), thread_(every, [this] { flush(); }) {}

Flusher::~Flusher() {
    thread_.stop();
    flush();
}

void Flusher::flush() {
    const auto doing = health_.begin(kComponent);
    try {
        for (auto* const store : stores_) store->flush();
        health_.fine(kComponent);
    } catch (const ledger::StorageError& error) {
        // Acknowledged writes do not depend on it: the ledger is durable by itself.
        health_.fails(
            kComponent, std::string("what was read is not made durable: ") + error.what()
        );
    }
}

}  // namespace consularia::node
