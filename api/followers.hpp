#pragma once
// Those who follow an organization's events: requests that wait for the next one, and open streams.
// Their number and what they take of the time are limited, so that they leave room for everybody
// else.

#include "api/pace.hpp"
#include "domain/ids.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace consularia::api {

struct FollowerLimits {
    std::size_t all = 1000;
    std::size_t per_token = 100;
};

/// Thread-safe.
class Followers {
  public:
    explicit Followers(FollowerLimits limits) : limits_(limits) {}

    /// A follower's place, given back when it is destroyed. The followers outlive it.
    class Place {
      public:
        Place(Place&& other) noexcept
            : of_(std::exchange(other.of_, nullptr)), token_(other.token_) {}

        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Place& operator=(Place&&) = delete;
        ~Place();

      private:
        friend Followers;

        Place(Followers& of, domain::TokenId token) : of_(&of), token_(token) {}

        Followers* of_;
        domain::TokenId token_;
    };

    /// Empty if a limit is reached.
    [[nodiscard]] std::optional<Place> enter(domain::TokenId token);

    [[nodiscard]] std::size_t count() const;

    [[nodiscard]] Pace& pace() { return pace_; }

  private:
    void leave(domain::TokenId token);

    const FollowerLimits limits_;
    Pace pace_;
    mutable std::mutex mutex_;  ///< Guards the next two.
    std::size_t count_ = 0;
    std::unordered_map<domain::TokenId, std::size_t> of_token_;
};

}  // namespace consularia::api
