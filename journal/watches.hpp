#pragma once
// Who waits for facts of which organization. An organization that nobody watches costs nothing.

#include "domain/ids.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace consularia::journal {

/// Thread-safe.
class Watches {
  public:
    /// Watches until it is destroyed; after that the callback is not called any more.
    class Watch {
      public:
        Watch() = default;

        Watch(Watch&& other) noexcept : of_(std::exchange(other.of_, nullptr)), key_(other.key_) {}

        Watch& operator=(Watch&& other) noexcept;
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

      private:
        friend Watches;
        using Key = std::pair<domain::OrganizationId, std::uint64_t>;

        Watch(Watches& of, Key key) : of_(&of), key_(key) {}

        Watches* of_ = nullptr;
        Key key_;
    };

    /// `on_facts` is called by the thread that has read new facts, under a lock: it must return at
    /// once and must not use the watches. The watches outlive the watch.
    [[nodiscard]] Watch watch(domain::OrganizationId organization, std::function<void()> on_facts);

    void notify(std::span<const domain::OrganizationId> organizations) const;

  private:
    mutable std::mutex mutex_;  ///< Guards the next two.
    std::map<Watch::Key, std::function<void()>> callbacks_;
    std::uint64_t next_ = 0;
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace consularia::journal
