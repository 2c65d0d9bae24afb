#pragma once
// An answer that comes from another thread, and gates that hold such threads up.

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace consularia::test {

/// Far longer than anything takes; a test that waits this long has failed.
inline constexpr std::chrono::seconds kLongEnough{20};

/// Filled once by a callback, from any thread.
template <class T>
class Answer {
  public:
    /// A callback that fills it, and outlives it if need be.
    [[nodiscard]] auto handler() {
        return [promise = promise_](T value) { promise->set_value(std::move(value)); };
    }

    /// Waits for the answer; throws if it does not come.
    [[nodiscard]] const T& get() {
        if (future_.wait_for(kLongEnough) != std::future_status::ready) {
            throw std::runtime_error("No answer.");
        }
        return future_.get();
    }

    [[nodiscard]] bool ready() const {
        return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

  private:
    std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
    std::shared_future<T> future_ = promise_->get_future().share();
};

/// Holds up threads that pass while it is closed. Thread-safe.
class Gate {
  public:
    void close() { set(true); }

    void open() { set(false); }

    void pass() {
        std::unique_lock lock(mutex_);
        ++arrivals_;
        changed_.notify_all();
        if (!changed_.wait_for(lock, kLongEnough, [this] { return !closed_; })) {
            throw std::runtime_error("The gate stays closed.");
        }
    }

    /// Waits until this many threads have come, whether they passed or not.
    void await_arrivals(int count) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, kLongEnough, [&] { return arrivals_ >= count; })) {
            throw std::runtime_error("Nobody comes.");
        }
    }

  private:
    void set(bool closed) {
        const std::lock_guard lock(mutex_);
        closed_ = closed;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int arrivals_ = 0;
    bool closed_ = false;
};

}  // namespace consularia::test
