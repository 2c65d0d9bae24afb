#include "api/http/request_queue.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace consularia::api::http {

void RequestQueue::wait(const Key& key, std::function<void()> proceed) {
    const auto [line, is_new] = lines_.try_emplace(key);
    line->second.push_back(std::move(proceed));
    if (is_new) order_.push_back(key);
    if (!posted_) post();
}

void RequestQueue::post() {
    posted_ = true;
    boost::asio::post(io_, [this] { serve_next(); });
}

void RequestQueue::serve_next() {
    posted_ = false;
    const Key key = order_.front();
    order_.pop_front();
    const auto line = lines_.find(key);
    const auto proceed = std::move(line->second.front());
    line->second.pop_front();
    if (line->second.empty()) {
        lines_.erase(line);
    } else {
        order_.push_back(key);
    }
    if (!order_.empty()) post();
    proceed();  // Nothing comes after it: in a step of the request the loop may get another thread.
}

}  // namespace consularia::api::http
