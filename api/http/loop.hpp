#pragma once
// An event loop, and the threads that run it: one at a time.

#include "api/http/request_queue.hpp"

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

/// One of a loop's threads: it runs the loop, was left behind in a step that does not return, or
/// waits for its turn.
class Runner {
  public:
    /// Waits for its turn. Throws std::system_error if no other thread can be created.
    explicit Runner(boost::asio::io_context& io);

    // On its own thread:

    /// The step's number.
    [[nodiscard]] std::uint64_t begin_step();
    /// False when it was left behind: another thread runs the loop.
    [[nodiscard]] bool end_step(std::uint64_t step);
    /// To be called after being left behind, when the step has returned.
    void wait_for_turn();

    // On the watching thread:

    /// The number of the current step.
    [[nodiscard]] std::optional<std::uint64_t> step() const;
    /// False if the step has just returned.
    [[nodiscard]] bool leave_behind(std::uint64_t step);
    [[nodiscard]] bool is_left_behind() const;
    [[nodiscard]] bool waits() const;
    /// Lets a waiting thread run the loop.
    void call();

    // After the loop was stopped for ever:

    /// It need not wait any longer.
    void dismiss();
    void join();

  private:
    /// Odd during a step. The highest numbers stand for its states other than running.
    std::atomic<std::uint64_t> state_;
    std::thread thread_;
};

/// One thread calls start, stop and join. After start(), join() must be called before destruction.
class Loop {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() = default;

    [[nodiscard]] boost::asio::io_context& io() { return io_; }

    [[nodiscard]] RequestQueue& waiting() { return waiting_; }

    void start();
    /// To be called when no watch uses it any more.
    void stop();
    /// Waits for all threads, including those that were left behind.
    void join();

    /// In the loop: does something that may not return. A caller that gets a runner was left behind
    /// on it, and must touch nothing that belongs to the loop before come_back().
    template <class Act>
    [[nodiscard]] Runner* step(const Act& act) {
        Runner& runner = *runner_;
        const auto number = runner.begin_step();
        act();
        return runner.end_step(number) ? nullptr : &runner;
    }

    /// Continues on the thread that runs the loop now.
    [[nodiscard]] boost::asio::awaitable<void> come_back(Runner& left);

    // On the watching thread:

    /// How long the current step has lasted. Has to be called from time to time.
    [[nodiscard]] bool is_stuck(Steady now, std::chrono::milliseconds patience);
    /// Lets another thread run the loop. False if the step has returned, or no other thread can be
    /// created.
    [[nodiscard]] bool replace_runner();
    /// Adds, for each thread that was left behind, since when it has been in its step.
    void list_hanging(std::vector<Steady>& since) const;

  private:
    struct Watched {
        std::unique_ptr<Runner> runner;
        std::uint64_t step = 0;  ///< The last step that was seen,
        Steady since{};          ///< and when it was first seen.
    };

    /// Creates one if there is none.
    [[nodiscard]] std::size_t find_waiting();

    // Not 1: with that hint a thread keeps its own queue, which would hang with it.
    boost::asio::io_context io_{2};
    RequestQueue waiting_{io_};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    std::vector<Watched> runners_;
    std::size_t running_ = 0;
    Runner* runner_ = nullptr;  ///< The runner at running_; used on the loop's own thread.
};

}  // namespace consularia::api::http
