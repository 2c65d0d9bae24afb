#pragma once
// The memory that bodies and answers of all connections may take together.

#include "domain/ids.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

namespace consularia::api::http {

/// Counts bytes against a limit for all and one for each owner. Thread-safe.
class InFlight {
  public:
    /// The organization of a request. Empty: the admin, and whoever needs no credentials.
    using Owner = std::optional<domain::OrganizationId>;

    InFlight(std::size_t limit, std::size_t limit_per_owner)
        : limit_(limit), limit_per_owner_(limit_per_owner) {}

    [[nodiscard]] std::size_t bytes() const;

    /// What one exchange has of it, given back at the end. Belongs to one thread.
    class Share {
      public:
        /// `owner` outlives this, and may become known after it, but before anything is taken.
        Share(InFlight& all, const Owner& owner) : all_(all), owner_(owner) {}

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        ~Share() { give_back(); }

        /// False when a limit does not allow so many more; then nothing changes. An owner who has
        /// nothing else in flight is held to the limit for all alone, so that nothing is too large
        /// for ever.
        [[nodiscard]] bool take(std::size_t bytes);
        /// For what is too small to be refused.
        void take_anyway(std::size_t bytes);
        void give_back();

      private:
        void add(std::size_t bytes);

        InFlight& all_;
        const Owner& owner_;
        std::size_t bytes_ = 0;
    };

  private:
    const std::size_t limit_;
    const std::size_t limit_per_owner_;

    mutable std::mutex mutex_;  // guards everything below
    std::size_t bytes_ = 0;
    std::map<Owner, std::size_t> bytes_of_;  ///< Of those owners that have any.
};

}  // namespace consularia::api::http
