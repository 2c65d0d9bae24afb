#include "api/http/in_flight.hpp"

namespace consularia::api::http {

// The count orders nothing else: relaxed is enough.

bool InFlight::Share::take(std::size_t bytes) {
    auto now = all_.bytes();
    do {
        // Small things are taken anyway, so there may be more than the limit.
        if (now > all_.limit_ || bytes > all_.limit_ - now) return false;
    } while (!all_.bytes_.compare_exchange_weak(now, now + bytes, std::memory_order_relaxed));
    bytes_ += bytes;
    return true;
}

void InFlight::Share::take_anyway(std::size_t bytes) {
    all_.bytes_.fetch_add(bytes, std::memory_order_relaxed);
    bytes_ += bytes;
}

void InFlight::Share::give_back() {
    if (bytes_ > 0) all_.bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
    bytes_ = 0;
}

}  // namespace consularia::api::http
