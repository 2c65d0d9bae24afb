#pragma once
// The requests of a loop that wait to be carried out. Their organizations are served in turn.

#include "domain/ids.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>

namespace consularia::api::http {

/// Round robin: organizations take turns, with one request in each. The loop itself serves
/// connections in the order in which they become readable, so one organization's many connections
/// would all come before another's only one. Used on the loop's thread.
class RequestQueue {
  public:
    /// Requests of no organization, as the admin's, wait in a line of their own.
    using Key = std::optional<domain::OrganizationId>;

    explicit RequestQueue(boost::asio::io_context& io) : io_(io) {}

    /// Calls `proceed` from the loop when it is this request's turn, after everything that the
    /// loop had to do already.
    void wait(const Key& key, std::function<void()> proceed);

  private:
    void post();
    void serve_next();

    boost::asio::io_context& io_;
    std::unordered_map<Key, std::deque<std::function<void()>>> lines_;
    std::deque<Key> order_;  ///< The keys of all lines, in the order of their turns.
    bool posted_ = false;
};

}  // namespace consularia::api::http
