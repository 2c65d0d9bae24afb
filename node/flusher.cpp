#include "node/flusher.hpp"

#include "ledger/log/storage_error.hpp"

#include <string>

namespace consularia::node {

namespace {

constexpr ledger::Place kPlace{std::nullopt, ledger::Part::flush};

}  // namespace

Flusher::Flusher(
    projections::ReadStore& store, std::chrono::milliseconds every, ledger::Health& health
)
    : store_(store), health_(health), thread_(every, [this] { flush(); }) {}

Flusher::~Flusher() {
    thread_.stop();
    flush();
}

void Flusher::flush() {
    const auto doing = health_.begin(kPlace);
    try {
        store_.flush();
        health_.fine(kPlace);
    } catch (const ledger::StorageError& error) {
        // Acknowledged writes do not depend on it: the ledger is durable without the read store.
        health_.fails(kPlace, std::string("the read store is not made durable: ") + error.what());
    }
}

}  // namespace consularia::node
