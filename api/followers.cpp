#include "api/followers.hpp"

namespace consularia::api {

Followers::Place::~Place() {
    if (of_ != nullptr) of_->leave(token_);
}

std::optional<Followers::Place> Followers::enter(domain::TokenId token) {
    const std::lock_guard lock(mutex_);
    if (count_ >= limits_.all) return std::nullopt;
    const auto found = of_token_.find(token);
    if (found != of_token_.end() && found->second >= limits_.per_token) return std::nullopt;
    if (found == of_token_.end() && limits_.per_token == 0) return std::nullopt;
    ++of_token_[token];
    ++count_;
    return Place(*this, token);
}

std::size_t Followers::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void Followers::leave(domain::TokenId token) {
    const std::lock_guard lock(mutex_);
    --count_;
    const auto found = of_token_.find(token);
    if (--found->second == 0) of_token_.erase(found);
}

}  // namespace consularia::api
