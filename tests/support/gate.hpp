#pragma once
// A place where threads are held up, as by a disk that hangs.

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace consularia::test {

/// Holds up threads that pass until it is opened. Thread-safe.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++come_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }

    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    /// The number of threads that have come.
    [[nodiscard]] std::size_t come() {
        const std::lock_guard lock(mutex_);
        return come_;
    }

    void wait_for(std::size_t come) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this, come] { return come_ >= come; });
    }

  private:
    std::mutex mutex_;  ///< Guards all below.
    std::condition_variable changed_;
    std::size_t come_ = 0;
    bool open_ = false;
};

}  // namespace consularia::test
