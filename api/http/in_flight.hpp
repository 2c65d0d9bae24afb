#pragma once
// The memory that bodies and answers of all connections may take together.

#include <atomic>
#include <cstddef>

namespace consularia::api::http {

/// Counts bytes against a limit. Thread-safe.
class InFlight {
  public:
    explicit InFlight(std::size_t limit) : limit_(limit) {}

    [[nodiscard]] std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

    /// What one exchange has of it, given back at the end. Belongs to one thread.
    class Share {
      public:
        explicit Share(InFlight& all) : all_(all) {}

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        ~Share() { give_back(); }

        /// False when the limit does not allow so many more; then nothing changes.
        [[nodiscard]] bool take(std::size_t bytes);
        /// For what is too small to be refused.
        void take_anyway(std::size_t bytes);
        void give_back();

      private:
        InFlight& all_;
        std::size_t bytes_ = 0;
    };

  private:
    const std::size_t limit_;
    std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace consularia::api::http
