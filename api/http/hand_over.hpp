#pragma once
// Hands a value to a suspended coroutine: the first value resumes it.

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace consularia::api::http {

/// Thread-safe. The awaited value may never come, because the thread that would deliver it hangs:
/// then the session gives up and continues, and a later value is dropped.
template <class Value, class Handler>
class HandOver {
  public:
    explicit HandOver(Handler handler) : handler_(std::move(handler)) {}

    /// Resumes the coroutine, on its own executor. Only the first call counts.
    void give(Value value) {
        if (given_.exchange(true)) return;
        auto handler = std::make_shared<Handler>(take_handler());
        const auto executor = boost::asio::get_associated_executor(*handler);
        boost::asio::post(executor, [handler, value = std::move(value)]() mutable {
            (*handler)(std::move(value));
        });
    }

    /// The same for a giver whom that executor runs: the coroutine is resumed in the call. Not
    /// while it is being suspended.
    void give_here(Value value) {
        if (given_.exchange(true)) return;
        auto handler = take_handler();
        handler(std::move(value));
    }

  private:
    /// The frame is released with it: a late giver holds nothing of the request.
    Handler take_handler() {
        auto handler = *std::move(handler_);
        handler_.reset();
        return handler;
    }

    std::atomic<bool> given_ = false;
    std::optional<Handler> handler_;  ///< Taken by the first giver.
};

template <class Value, class Handler>
std::shared_ptr<HandOver<Value, Handler>> hand_over(Handler handler) {
    return std::make_shared<HandOver<Value, Handler>>(std::move(handler));
}

}  // namespace consularia::api::http
