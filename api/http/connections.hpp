#pragma once
// Who is connected: how many, how many of one address, and who of them has not said a word yet.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>

namespace consularia::api::http {

/// Why a client is turned away.
enum class Refusal { too_many, too_many_of_address, no_descriptor };

/// Thread-safe.
class Connections {
  public:
    using Id = std::uint64_t;

    /// Connections above `most` that may be there until those that were told to end for them have.
    static constexpr std::size_t kOverlap = 16;

    /// 0 for `most_of_address`: no limit.
    Connections(std::size_t most, std::size_t most_of_address);

    /// A place for a connection from this address; the empty address has no limit of its own. When
    /// all places are taken the connection that has been silent for longest is told to end.
    [[nodiscard]] std::variant<Id, Refusal> enter(const std::string& address);

    /// `end` may be called, by whoever enters, until heard() or leave().
    void watch(Id id, std::function<void()> end);
    void heard(Id id);
    void leave(Id id);

    [[nodiscard]] std::size_t count() const;

    /// So many of those that were told to end are still there that whoever enters is refused.
    [[nodiscard]] bool crowded() const;

    void wait_for_none(std::chrono::milliseconds timeout);

  private:
    /// The `end` of the connection that has been silent for longest; empty when none is.
    [[nodiscard]] std::function<void()> take_silent();

    const std::size_t most_;
    const std::size_t most_of_address_;
    mutable std::mutex mutex_;  ///< Guards all below.
    std::condition_variable left_;
    Id last_ = 0;
    std::unordered_map<Id, std::string> addresses_;
    std::unordered_map<std::string, std::size_t> of_address_;
    std::map<Id, std::function<void()>> silent_;  ///< Oldest first.
};

}  // namespace consularia::api::http
