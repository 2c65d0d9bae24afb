#pragma once
// An event loop, and the threads that run it: one at a time.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace consularia::api::http {

/// One of a loop's threads: it runs the loop, or was left behind in a step that does not return, or
/// waits for its turn.
class Runner {
  public:
    /// Waits for its turn. Throws std::system_error when there can be no other thread.
    explicit Runner(boost::asio::io_context& io);

    // On its own thread:

    /// The step's number.
    [[nodiscard]] std::uint64_t begin_step();
    /// False when it was left behind: another thread runs the loop.
    [[nodiscard]] bool end_step(std::uint64_t step);
    /// For one that was left behind and whose step has returned.
    void wait_for_turn();

    // On the one that watches:

    /// The number of the step that is being done.
    [[nodiscard]] std::optional<std::uint64_t> step() const;
    /// False when the step has just returned.
    [[nodiscard]] bool leave_behind(std::uint64_t step);
    [[nodiscard]] bool is_left_behind() const;
    [[nodiscard]] bool waits() const;
    /// Lets a waiting one run the loop.
    void call();

    // When the loop was stopped for good:

    /// It need not wait any longer.
    void dismiss();
    void join();

  private:
    /// Odd while a step is being done. The highest numbers stand for what it does instead of
    /// running.
    std::atomic<std::uint64_t> state_;
    std::thread thread_;
};

/// Its start, stop and join are called by one thread. After start(), join() comes before the end.
class Loop {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() = default;

    [[nodiscard]] boost::asio::io_context& io() { return io_; }

    void start();
    /// When nobody watches any more.
    void stop();
    /// Waits for all threads, also for those that were left behind.
    void join();

    /// In the loop: does what may not return. A caller that gets a runner was left behind on it,
    /// and must touch nothing that belongs to the loop before come_back().
    template <class Act>
    [[nodiscard]] Runner* step(const Act& act) {
        Runner& runner = *runner_;
        const auto number = runner.begin_step();
        act();
        return runner.end_step(number) ? nullptr : &runner;
    }

    /// Continues on the thread that runs the loop now.
    [[nodiscard]] boost::asio::awaitable<void> come_back(Runner& left);

    // On the one thread that watches:

    /// The step at hand has lasted for so long. Has to be asked from time to time.
    [[nodiscard]] bool is_stuck(Steady now, std::chrono::milliseconds patience);
    /// Lets another thread run the loop. False when the step has returned, or there can be no
    /// other thread.
    [[nodiscard]] bool replace_runner();
    /// Adds since when each thread that was left behind has been in its step.
    void list_hanging(std::vector<Steady>& since) const;

  private:
    struct Watched {
        std::unique_ptr<Runner> runner;
        std::uint64_t step = 0;  ///< The last one that was seen,
        Steady since{};          ///< and when it was first seen.
    };

    /// Makes one when there is none.
    [[nodiscard]] std::size_t find_waiting();

    // Not 1: with that hint a thread keeps a queue of its own, which would hang with it.
    boost::asio::io_context io_{2};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::vector<Watched> runners_;
    std::size_t running_ = 0;
    Runner* runner_ = nullptr;  ///< The one of running_: for the loop's own thread.
};

}  // namespace consularia::api::http
