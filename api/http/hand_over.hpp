#pragma once
// A value on its way to a suspended coroutine: whoever has one first resumes it.

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace consularia::api::http {

/// Thread-safe. What a coroutine waits for may never come, because the thread that would bring it
/// hangs: then the session gives up and goes on, and what comes later is dropped.
template <class Value, class Handler>
class HandOver {
  public:
    explicit HandOver(Handler handler) : handler_(std::move(handler)) {}

    /// Resumes the coroutine, on its own executor. Only the first call counts.
    void give(Value value) {
        if (given_.exchange(true)) return;
        // The frame goes with it: who comes too late holds nothing of the request.
        auto handler = std::make_shared<Handler>(*std::move(handler_));
        handler_.reset();
        const auto executor = boost::asio::get_associated_executor(*handler);
        boost::asio::post(executor, [handler, value = std::move(value)]() mutable {
            (*handler)(std::move(value));
        });
    }

  private:
    std::atomic<bool> given_ = false;
    std::optional<Handler> handler_;  ///< Of the first who gives.
};

template <class Value, class Handler>
std::shared_ptr<HandOver<Value, Handler>> hand_over(Handler handler) {
    return std::make_shared<HandOver<Value, Handler>>(std::move(handler));
}

}  // namespace consularia::api::http
