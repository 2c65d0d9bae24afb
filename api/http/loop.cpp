#include "api/http/loop.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <limits>
#include <system_error>

namespace consularia::api::http {

namespace asio = boost::asio;

namespace {

constexpr auto kDismissed = std::numeric_limits<std::uint64_t>::max();
constexpr auto kWaiting = kDismissed - 1;
constexpr auto kLeftBehind = kDismissed - 2;

}  // namespace

Runner::Runner(asio::io_context& io)
    : state_(kWaiting), thread_([this, &io] {
          state_.wait(kWaiting);
          io.run();
      }) {}

std::uint64_t Runner::begin_step() {
    const auto step = state_.load(std::memory_order_relaxed) + 1;
    state_.store(step, std::memory_order_release);
    return step;
}

bool Runner::end_step(std::uint64_t step) {
    return state_.compare_exchange_strong(step, step + 1, std::memory_order_acq_rel);
}

void Runner::wait_for_turn() {
    auto left = kLeftBehind;
    if (state_.compare_exchange_strong(left, kWaiting)) state_.wait(kWaiting);
}

std::optional<std::uint64_t> Runner::step() const {
    const auto state = state_.load();
    if (state >= kLeftBehind || state % 2 == 0) return std::nullopt;
    return state;
}

bool Runner::leave_behind(std::uint64_t step) {
    return state_.compare_exchange_strong(step, kLeftBehind);
}

bool Runner::is_left_behind() const {
    return state_ == kLeftBehind;
}

bool Runner::waits() const {
    return state_ == kWaiting;
}

void Runner::call() {
    state_ = 0;
    state_.notify_one();
}

void Runner::dismiss() {
    // In this order: it may begin to wait in between.
    auto state = kLeftBehind;
    if (state_.compare_exchange_strong(state, kDismissed)) return;
    state = kWaiting;
    if (state_.compare_exchange_strong(state, kDismissed)) state_.notify_one();
}

void Runner::join() {
    thread_.join();
}

void Loop::start() {
    runners_.push_back({std::make_unique<Runner>(io_), 0, {}});
    runner_ = runners_.front().runner.get();
    runner_->call();
}

void Loop::stop() {
    work_.reset();
    io_.stop();
    for (const auto& one : runners_) one.runner->dismiss();
}

void Loop::join() {
    for (const auto& one : runners_) one.runner->join();
    runners_.clear();
}

asio::awaitable<void> Loop::come_back(Runner& left) {
    auto initiate = [this, &left](auto handler) {
        // Once the handler is queued, another thread may end the coroutine and destroy this
        // function object with it.
        Runner& mine = left;
        asio::post(io_, std::move(handler));
        mine.wait_for_turn();
    };
    const auto token = asio::use_awaitable;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, token);
}

bool Loop::is_stuck(Steady now, std::chrono::milliseconds patience) {
    auto& watched = runners_[running_];
    const auto step = watched.runner->step();
    if (!step) return false;
    if (*step != watched.step) {
        watched.step = *step;
        watched.since = now;
    }
    return now - watched.since >= patience;
}

bool Loop::replace_runner() {
    std::size_t next = 0;
    try {
        next = find_waiting();
    } catch (const std::system_error&) {
        return false;
    }
    auto& watched = runners_[running_];
    if (!watched.runner->leave_behind(watched.step)) return false;
    running_ = next;
    runners_[next].step = 0;  // Its numbers start over.
    runner_ = runners_[next].runner.get();
    runner_->call();
    return true;
}

std::size_t Loop::find_waiting() {
    for (std::size_t i = 0; i < runners_.size(); ++i) {
        if (runners_[i].runner->waits()) return i;
    }
    runners_.push_back({std::make_unique<Runner>(io_), 0, {}});
    return runners_.size() - 1;
}

void Loop::list_hanging(std::vector<Steady>& since) const {
    for (const auto& one : runners_) {
        if (one.runner->is_left_behind()) since.push_back(one.since);
    }
}

}  // namespace consularia::api::http
