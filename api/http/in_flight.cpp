#include "api/http/in_flight.hpp"

namespace consularia::api::http {

namespace {

/// Small amounts are taken anyway, so the total may exceed the limit.
bool fits(std::size_t bytes, std::size_t taken, std::size_t limit) {
    return taken <= limit && bytes <= limit - taken;
}

}  // namespace

std::size_t InFlight::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

bool InFlight::Share::take(std::size_t bytes) {
    const std::lock_guard lock(all_.mutex_);
    if (!fits(bytes, all_.bytes_, all_.limit_)) return false;
    const auto found = all_.bytes_of_.find(owner_);
    const std::size_t taken = found == all_.bytes_of_.end() ? 0 : found->second;
    if (taken > bytes_ && !fits(bytes, taken, all_.limit_per_owner_)) return false;
    add(bytes);
    return true;
}

void InFlight::Share::take_anyway(std::size_t bytes) {
    const std::lock_guard lock(all_.mutex_);
    add(bytes);
}

void InFlight::Share::add(std::size_t bytes) {
    if (bytes == 0) return;
    all_.bytes_ += bytes;
    all_.bytes_of_[owner_] += bytes;
    bytes_ += bytes;
}

void InFlight::Share::give_back() {
    if (bytes_ == 0) return;
    const std::lock_guard lock(all_.mutex_);
    all_.bytes_ -= bytes_;
    const auto found = all_.bytes_of_.find(owner_);
    found->second -= bytes_;
    if (found->second == 0) all_.bytes_of_.erase(found);
    bytes_ = 0;
}

}  // namespace consularia::api::http
