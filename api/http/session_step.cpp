// How a session does work that may not return, and what happens to the request then.

#include "api/http/send_at_once.hpp"
#include "api/http/session.hpp"
#include "ledger/log/storage_error.hpp"

#include <utility>

namespace consularia::api::http {

namespace asio = boost::asio;

namespace {

constexpr const char* kCannotRead = "The server cannot read its data at the moment.";

}  // namespace

Step Session::attempt(const std::function<Step()>& handle) const {
    const Request& request = *at_hand_.request;
    try {
        return handle();
    } catch (const ledger::StorageError& error) {
        context_.options.on_error(request.ids.shown, error.what());
        return fail(request, unavailable(kCannotRead));
    } catch (const std::exception& error) {
        context_.options.on_error(request.ids.shown, error.what());
        return fail(request, {500, "A server error occurred.", {}});
    }
}

Step Session::recorded_answer(Response response) const {
    const Request& request = *at_hand_.request;
    const auto failure = context_.service.record_access(request, *at_hand_.trace, response.status);
    if (!failure) return response;
    return fail(request, *failure);
}

Step Session::guard(const std::function<Step()>& handle, Runner*& left) {
    at_hand_.route = at_hand_.trace->route;
    std::optional<Step> next;
    left = step([&] { next = attempt(handle); });
    return *std::move(next);
}

Step Session::guard_read(const std::function<Step()>& handle, Runner*& left) {
    if (!context_.watch.refuses_reads()) return guard(handle, left);
    left = nullptr;
    auto response = fail(*at_hand_.request, unavailable(kCannotRead));
    response.why = kReadsHang;
    return response;
}

asio::awaitable<void> Session::come_back(Runner& left) {
    co_await loop_.come_back(left);
    answer_by(Steady::max(), {});
    if (given_up_) throw GivenUp();
}

void Session::give_up_step() {
    given_up_ = true;
    const Request& request = *at_hand_.request;
    if (at_hand_.status == 0) {
        auto response = fail(request, unavailable(kCannotRead));
        response.close = true;
        at_hand_.status = response.status;
        const bool bodiless = request.method == "HEAD";
        const auto head = render_head(response, request.ids.shown);
        send_at_once(socket_, bodiless ? head : head + response.body);
    } else {
        abort();
        boost::system::error_code ignored;  // Then it was already closed.
        socket_.close(ignored);
    }
    const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - at_hand_.begin
    );
    const RequestLine line{
        .request_id = request.ids.shown,
        .request_uuid = request.ids.own,
        .actor = "",
        .method = request.method,
        .route = at_hand_.route,
        .status = at_hand_.status,
        .duration = duration,
        .why = "given up: a read has not returned"};
    context_.options.on_request(line);
}

Session::Steady Session::next_deadline() const {
    return std::chrono::steady_clock::now() + context_.service.command_deadline + kGrace;
}

}  // namespace consularia::api::http
