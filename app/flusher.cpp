#include "app/flusher.hpp"

#include "ledger/storage_error.hpp"

#include <spdlog/spdlog.h>

namespace consularia::app {

Flusher::Flusher(projections::ReadStore& store, std::chrono::milliseconds every)
    : store_(store), thread_([this, every] { run(every); }) {}

Flusher::~Flusher() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
    flush();
}

void Flusher::run(std::chrono::milliseconds every) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, every, [this] { return stopping_; })) {
        lock.unlock();
        flush();
        lock.lock();
    }
}

void Flusher::flush() {
    try {
        store_.flush();
    } catch (const ledger::StorageError& error) {
        // Nothing acknowledged depends on it: the ledger is durable without the read store.
        spdlog::error("the read store could not be made durable: {}", error.what());
    }
}

}  // namespace consularia::app
