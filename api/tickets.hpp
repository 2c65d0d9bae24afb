#pragma once
// Tickets: they open an organization's events once, for a client that cannot send a token, such as
// a browser's EventSource.

#include "api/service.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

inline constexpr std::chrono::seconds kTicketLife{60};

struct Ticket {
    domain::OrganizationId organization;
    domain::TokenId token;  ///< It permits what this token permits.
    domain::UuidBytes id{};
    domain::Timestamp expires_at;
};

[[nodiscard]] Ticket make_ticket(
    const Service& service, domain::OrganizationId organization, domain::TokenId token
);

/// The ticket as text, signed with the key that all nodes share.
[[nodiscard]] std::string to_string(const Service& service, const Ticket& ticket);

/// Empty for what no node has signed.
[[nodiscard]] std::optional<Ticket> read_ticket(const Service& service, std::string_view text);

/// The tickets that this node has accepted, until they expire. Thread-safe.
class UsedTickets {
  public:
    /// What was accepted before this moment is not known: tickets that were made before are
    /// refused.
    explicit UsedTickets(domain::Timestamp since) : since_(since) {}

    /// False if it was used before, may have been, or has expired.
    [[nodiscard]] bool use(const Ticket& ticket, domain::Timestamp now);

  private:
    const domain::Timestamp since_;
    std::mutex mutex_;                                     ///< Guards all below.
    std::map<domain::UuidBytes, domain::Timestamp> used_;  ///< By id, which begins with its time.
};

}  // namespace consularia::api
