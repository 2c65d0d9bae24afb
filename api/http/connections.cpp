#include "api/http/connections.hpp"

#include <utility>

namespace consularia::api::http {

Connections::Connections(std::size_t most, std::size_t most_of_address)
    : most_(most), most_of_address_(most_of_address) {}

std::variant<Connections::Id, Refusal> Connections::enter(const std::string& address) {
    std::function<void()> end;
    Id id = 0;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = of_address_.find(address);
            found != of_address_.end() && found->second >= most_of_address_) {
            return Refusal::too_many_of_address;
        }
        if (addresses_.size() >= most_) {
            if (addresses_.size() < most_ + kOverlap) end = take_silent();
            if (!end) return Refusal::too_many;
        }
        id = ++last_;
        addresses_.emplace(id, address);
        if (most_of_address_ > 0 && !address.empty()) ++of_address_[address];
    }
    if (end) end();
    return id;
}

std::function<void()> Connections::take_silent() {
    if (silent_.empty()) return {};
    auto oldest = silent_.extract(silent_.begin());
    ending_.insert(oldest.key());
    return std::move(oldest.mapped());
}

void Connections::watch(Id id, std::function<void()> end) {
    const std::lock_guard lock(mutex_);
    silent_.emplace(id, std::move(end));
}

void Connections::heard(Id id) {
    const std::lock_guard lock(mutex_);
    silent_.erase(id);
    ending_.erase(id);
}

void Connections::leave(Id id) {
    const std::lock_guard lock(mutex_);
    silent_.erase(id);
    ending_.erase(id);
    const auto place = addresses_.find(id);
    if (const auto found = of_address_.find(place->second); found != of_address_.end()) {
        if (--found->second == 0) of_address_.erase(found);
    }
    addresses_.erase(place);
    left_.notify_all();
}

std::size_t Connections::count() const {
    const std::lock_guard lock(mutex_);
    return addresses_.size();
}

bool Connections::crowded() const {
    const std::lock_guard lock(mutex_);
    return addresses_.size() >= most_ + kOverlap && !ending_.empty();
}

void Connections::wait_for_none(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    left_.wait_for(lock, timeout, [this] { return addresses_.empty(); });
}

}  // namespace consularia::api::http
