#pragma once
// Bounds the memory of the bodies and answers of all connections.

#include "domain/ids.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

namespace consularia::api::http {

/// Counts bytes against a total limit and one per owner. Thread-safe.
class InFlight {
  public:
    /// The organization of a request. Empty: the admin, and requests that need no credentials.
    using Owner = std::optional<domain::OrganizationId>;

    InFlight(std::size_t limit, std::size_t limit_per_owner)
        : limit_(limit), limit_per_owner_(limit_per_owner) {}

    [[nodiscard]] std::size_t bytes() const;

    /// The bytes of one exchange, returned at its end. Belongs to one thread.
    class Share {
      public:
        /// `owner` outlives this, and may be set later, but before anything is taken.
        Share(InFlight& all, const Owner& owner) : all_(all), owner_(owner) {}

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        ~Share() { give_back(); }

        /// False if a limit does not allow this many more; then nothing changes. Only the total
        /// limit applies to an owner with nothing else in flight, so that nothing is too large for
        /// ever.
        [[nodiscard]] bool take(std::size_t bytes);
        /// For bytes that are too few to be refused.
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
    std::map<Owner, std::size_t> bytes_of_;  ///< Only for owners with bytes in flight.
};

}  // namespace consularia::api::http
