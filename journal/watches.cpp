#include "journal/watches.hpp"

namespace consularia::journal {

Watches::Watch& Watches::Watch::operator=(Watch&& other) noexcept {
    const Watch ended(std::move(*this));
    of_ = std::exchange(other.of_, nullptr);
    key_ = other.key_;
    return *this;
}

Watches::Watch::~Watch() {
    if (of_ == nullptr) return;
    const std::lock_guard lock(of_->mutex_);
    of_->callbacks_.erase(key_);
    of_->count_ = of_->callbacks_.size();
}

Watches::Watch Watches::watch(domain::OrganizationId organization, std::function<void()> on_facts) {
    const std::lock_guard lock(mutex_);
    const Watch::Key key{organization, next_++};
    callbacks_.emplace(key, std::move(on_facts));
    count_ = callbacks_.size();
    return {*this, key};
}

void Watches::notify(std::span<const domain::OrganizationId> organizations) const {
    if (count_ == 0) return;
    const std::lock_guard lock(mutex_);
    for (const auto& organization : organizations) {
        for (auto at = callbacks_.lower_bound({organization, 0});
             at != callbacks_.end() && at->first.first == organization;
             ++at) {
            at->second();
        }
    }
}

}  // namespace consularia::journal
