#pragma once
// The open connections: how many in total and per address, and which of them have not sent anything
// yet.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace consularia::api::http {

/// Why a client is turned away.
enum class Refusal { too_many, too_many_of_address, no_descriptor };

/// Thread-safe.
class Connections {
  public:
    using Id = std::uint64_t;

    /// Connections above `most` that may exist while those that must make room for them are ending.
    static constexpr std::size_t kOverlap = 16;

    /// `most_of_address` of 0: no limit.
    Connections(std::size_t most, std::size_t most_of_address);

    /// A place for a connection from this address; the empty address has no limit of its own. If
    /// all places are taken, the connection that has been silent for longest is ended.
    [[nodiscard]] std::variant<Id, Refusal> enter(const std::string& address);

    /// `end` may be called, from within another connection's enter(), until heard() or leave().
    void watch(Id id, std::function<void()> end);
    void heard(Id id);
    void leave(Id id);

    [[nodiscard]] std::size_t count() const;

    /// Whether every new connection is refused while others are still ending. A connection that was
    /// told to end, and sends something at that moment, stays.
    [[nodiscard]] bool crowded() const;

    void wait_for_none(std::chrono::milliseconds timeout);

  private:
    /// The `end` of the connection that has been silent for longest; empty if there is none.
    [[nodiscard]] std::function<void()> take_silent();

    const std::size_t most_;
    const std::size_t most_of_address_;
    mutable std::mutex mutex_;  ///< Guards all below.
    std::condition_variable left_;
    Id last_ = 0;
    std::unordered_map<Id, std::string> addresses_;
    std::unordered_map<std::string, std::size_t> of_address_;
    std::map<Id, std::function<void()>> silent_;  ///< Oldest first.
    std::unordered_set<Id> ending_;               ///< Were told to end.
};

}  // namespace consularia::api::http
