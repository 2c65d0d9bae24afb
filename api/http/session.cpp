#include "api/http/session.hpp"

#include "api/dispatch.hpp"
#include "api/rates.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <sstream>

namespace consularia::api::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
/// How often a request that waits for the start checks whether it is over.
constexpr std::chrono::milliseconds kStartLook{10};
/// How long a new connection has for its first byte when the server is about to stop.
constexpr std::chrono::milliseconds kLastFirstByte{1000};

/// How often the delay of a 429 is doubled.
constexpr std::size_t kMostDoublings = 4;

/// How long the client of a stream has for what is being written when the server stops.
constexpr std::chrono::milliseconds kLastBurst{1000};

constexpr const char* kNoTurn = "The server did not get to the request in time.";

/// There is room for a whole head, whatever the limits are.
std::size_t buffer_bytes(const Limits& limits) {
    return std::max(limits.buffer_bytes, limits.header_bytes + kReadBytes);
}

/// The host for HTTP/1.0 requests, which need not name one.
std::string own_address(const tcp::socket& socket) {
    error_code ignored;  // Then the address is empty, and the client is gone.
    std::ostringstream text;
    text << socket.local_endpoint(ignored);
    return text.str();
}

}  // namespace

Session::Session(
    tcp::socket socket,
    const IpBytes& peer,
    std::function<void()> on_first_byte,
    Loop& loop,
    const SessionContext& context
)
    : socket_(std::move(socket)),
      loop_(loop),
      context_(context),
      peer_(peer),
      on_first_byte_(std::move(on_first_byte)),
      buffer_(buffer_bytes(context.options.limits)) {
    error_code ignored;  // A socket without the option works too, only with more delay.
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);  // What needs no waiting is done without an await.
}

void Session::check_deadline(Steady now) {
    if (now >= answer_by_) {
        const auto give_up = std::move(give_up_);
        answer_by(Steady::max(), {});
        give_up();
    }
    if (end_wait_ && !client_watched_) end_wait_if_client_left();
    if (idle_ && buffer_.size() == 0) buffer_.shrink_to_fit();  // Silence needs no buffer.
    if (now < deadline_ && now < give_up_at_) return;
    timed_out_ = true;
    deadline_ = Steady::max();
    error_code ignored;  // A closed socket has nothing to cancel.
    socket_.cancel(ignored);
}

void Session::end_if_idle() {
    error_code ignored;  // A closed socket has nothing left to end.
    if (idle_ && socket_.available(ignored) == 0) socket_.close(ignored);
}

void Session::drain() {
    if (end_wait_) end_wait_();
    if (follows_) give_up_at_ = std::chrono::steady_clock::now() + kLastBurst;
    if (requests_ > 0 || context_.options.limits.drain_delay.count() == 0) return end_if_idle();
    if (idle_) deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + kLastFirstByte);
}

void Session::wait_at_most(std::chrono::milliseconds timeout) {
    deadline_ = std::chrono::steady_clock::now() + timeout;
}

void Session::answer_by(Steady time, std::function<void()> give_up) {
    answer_by_ = time;
    give_up_ = std::move(give_up);
}

std::string_view Session::buffered() const {
    const auto data = buffer_.data();
    return {static_cast<const char*>(data.data()), data.size()};
}

bool Session::body_is_pending() const {
    return parser_ && !parser_->is_done();
}

bool Session::skip_body() {
    if (!body_is_pending()) return true;
    const auto length = parser_->content_length();
    if (!length || *length > buffer_.size()) return false;
    buffer_.consume(*length);
    return true;
}

asio::awaitable<void> Session::run() {
    const auto self = shared_from_this();
    try {
        co_await serve();
    } catch (const GivenUp&) {
        // The request was answered and logged when it was given up.
    } catch (const std::exception& error) {
        context_.options.on_error("-", error.what());
    }
    deadline_ = Steady::max();
    error_code ignored;
    socket_.close(ignored);
}

asio::awaitable<void> Session::serve() {
    for (bool keep = true; keep;) {
        auto request = co_await next_request();
        if (!request) co_return;
        keep = co_await exchange(std::move(*request));
    }
}

asio::awaitable<std::optional<Request>> Session::next_request() {
    const Limits& limits = context_.options.limits;
    parser_.emplace();
    idle_ = buffer_.size() == 0;
    auto patience = requests_ == 0 ? limits.first_byte_timeout : limits.idle_timeout;
    if (context_.phase != Phase::serving) patience = std::min(patience, kLastFirstByte);
    wait_at_most(idle_ ? patience : limits.header_timeout);
    std::optional<Failure> failure;
    std::size_t searched = 0;
    // Who sends ahead takes turns with others.
    if (!idle_) co_await let_others_go_first();
    for (;;) {
        while (buffered().starts_with("\r\n")) buffer_.consume(2);  // RFC 9112, 2.2
        const auto end = find_head_end(buffered(), searched, limits);
        if (!end) {
            failure = end.error();
            break;
        }
        if (*end) {
            idle_ = false;
            auto request = read_head(buffered().substr(0, **end), *parser_, limits);
            buffer_.consume(**end);
            if (request) {
                if (parser_->get().version() < 11 && !request->header("Host")) {
                    request->headers.emplace_back("Host", own_address(socket_));
                }
                request->ids = ids_for(request->header("X-Request-ID").value_or(""));
                request->client_address = context_.options.trusted_proxies.client_of(
                    peer_, request->header("X-Forwarded-For").value_or("")
                );
                co_return std::move(*request);
            }
            failure = request.error();
            break;
        }
        searched = buffer_.size();
        const auto error = co_await read_some();
        if (error && !(timed_out_ && buffer_.size() > 0)) co_return std::nullopt;
        if (error) {
            failure = Failure{408, "The request came too slowly.", {}};
            break;
        }
        if (idle_) wait_at_most(limits.header_timeout);
        if (idle_ && requests_ == 0) on_first_byte_();
        idle_ = false;
    }
    co_await refuse_head(*failure);
    co_return std::nullopt;
}

asio::awaitable<error_code> Session::read_some() {
    for (;;) {
        const auto token = asio::as_tuple(asio::use_awaitable);
        auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, token);
        if (error) co_return error;
        buffer_.commit(socket_.read_some(buffer_.prepare(kReadBytes), error));
        if (error != asio::error::would_block) co_return error;
    }
}

asio::awaitable<void> Session::let_others_go_first() {
    const auto token = asio::use_awaitable;
    co_await asio::post(socket_.get_executor(), token);
}

ledger::RequestIds Session::ids_for(std::string given) const {
    auto own = domain::format_uuid(context_.service.new_id());
    return {is_request_id(given) ? std::move(given) : own, own};
}

asio::awaitable<void> Session::refuse_head(const Failure& failure) {
    Request unread;
    if (parser_->is_header_done()) {
        const auto& head = parser_->get();
        unread.method = head.method_string();
        unread.ids.shown = head["X-Request-ID"];
        unread.headers.emplace_back("Accept", head["Accept"]);
    }
    unread.ids = ids_for(std::move(unread.ids.shown));
    auto response = fail(unread, failure);
    response.close = true;
    RequestLine line;
    line.request_id = unread.ids.shown;
    line.request_uuid = unread.ids.own;
    line.method = unread.method;
    line.status = response.status;
    context_.options.on_request(line);
    const bool written = co_await send(unread, std::move(response));
    if (written) co_await linger();
}

asio::awaitable<bool> Session::exchange(Request request) {
    const auto begin = std::chrono::steady_clock::now();
    ++requests_;
    Trace trace;
    at_hand_ = AtHand{&request, &trace, "", begin, next_deadline(), 0};
    InFlight::Share held(context_.in_flight, trace.organization);
    auto response = co_await carry_out(request, trace, held);
    if (trace.standing) put_standing(*trace.standing, response);
    throttled_in_a_row_ = response.status == 429 ? throttled_in_a_row_ + 1 : 0;
    if (throttled_in_a_row_ > 0 && context_.phase == Phase::serving) co_await slow_down();
    const bool last = context_.phase != Phase::serving ||
                      requests_ >= context_.options.limits.requests_per_connection ||
                      parser_->get().version() < 11 || !parser_->get().keep_alive();
    response.close = response.close || last || !skip_body();
    const int status = response.status;
    const std::string why = std::move(response.why);
    const bool close = response.close;
    const bool written = co_await send(request, std::move(response));
    held.give_back();
    const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin
    );
    const RequestLine line{
        .request_id = request.ids.shown,
        .request_uuid = request.ids.own,
        .actor = trace.actor,
        .method = request.method,
        .route = trace.route,
        .status = status,
        .duration = duration,
        .why = why};
    context_.options.on_request(line);
    if (written && close) co_await linger();
    co_return written && !close;
}

asio::awaitable<Response> Session::carry_out(
    const Request& request, Trace& trace, InFlight::Share& held
) {
    deadline_ = Steady::max();
    bool commanded = false;
    bool recorded = false;
    Steady::duration waited{};
    Runner* left = nullptr;
    const auto begin = [&] { return dispatch(context_.service, request, trace); };
    Step step = guard(begin, left);
    for (;;) {
        if (left != nullptr) co_await come_back(*left);
        if (auto* response = std::get_if<Response>(&step.next)) {
            reserve(request, *response, commanded, held);
            if (!trace.audited || recorded) co_return std::move(*response);
            recorded = true;
            const auto record = [&] { return recorded_answer(std::move(*response)); };
            step = guard(record, left);
            continue;
        }
        const auto begin_of_wait = std::chrono::steady_clock::now();
        if (auto* read = std::get_if<ReadBody>(&step.next)) {
            const auto then = std::move(read->then);
            auto body = co_await read_body(request, held);
            const auto go_on = [&] { return then(std::move(body)); };
            step = guard(go_on, left);
        } else if (auto* start = std::get_if<AfterStart>(&step.next)) {
            const auto then = std::move(start->then);
            if (!context_.service.started()) co_await started();
            step = guard_read(then, left);
        } else if (auto* sync = std::get_if<AfterSync>(&step.next)) {
            const auto then = std::move(sync->then);
            bool fresh = context_.backend.sync_is_free;
            if (!fresh) fresh = co_await synced(sync->organization);
            waited += std::chrono::steady_clock::now() - begin_of_wait;
            const auto go_on = [&] { return then(fresh); };
            step = guard(go_on, left);
        } else if (auto* turn = std::get_if<InTurn>(&step.next)) {
            const auto then = std::move(turn->then);
            const bool served = co_await turn_of(turn->organization);
            if (!served) co_return fail(request, unavailable(kNoTurn));
            waited += std::chrono::steady_clock::now() - begin_of_wait;
            step = guard_read(then, left);
        } else if (auto* wait = std::get_if<AfterAlarm>(&step.next)) {
            const auto waiting = std::move(*wait);
            const bool rang = co_await rung(*waiting.alarm, waiting.until);
            if (rang) (void)co_await paced();
            at_hand_.by = next_deadline();
            const auto go_on = [&] { return waiting.then(rang); };
            step = guard(go_on, left);
        } else {
            commanded = true;
            auto submit = std::get<Submit>(std::move(step.next));
            submit.submission.deadline -= waited;  // one deadline for all waits of a request
            const auto organization = submit.submission.organization;
            auto reply = co_await reply_to(submit.submission);
            // A batch's replies come all at once. This one is known: it is sent in any case.
            [[maybe_unused]] const bool served = co_await turn_of(organization);
            const auto render = [&] { return Step(submit.render(std::move(reply))); };
            step = guard(render, left);
        }
    }
}

asio::awaitable<void> Session::started() {
    asio::steady_timer timer(socket_.get_executor());
    while (!context_.service.started() && context_.phase != Phase::stopping) {
        timer.expires_after(kStartLook);
        const auto token = asio::as_tuple(asio::use_awaitable);
        co_await timer.async_wait(token);
    }
    at_hand_.by = next_deadline();
}

asio::awaitable<void> Session::slow_down() {
    const auto doublings = std::min(throttled_in_a_row_ - 1, kMostDoublings);
    const auto delay = context_.options.limits.throttled_delay * (1U << doublings);
    asio::steady_timer timer(socket_.get_executor(), delay);
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
}

asio::awaitable<bool> Session::turn_of(std::optional<domain::OrganizationId> organization) {
    const bool late = false;
    const auto begin = [&](auto waiting) {
        loop_.waiting().wait(organization, [waiting] { waiting->give_here(true); });
    };
    co_return co_await wait_until(at_hand_.by, late, begin);
}

asio::awaitable<bool> Session::synced(std::optional<domain::OrganizationId> organization) {
    const bool late = false;
    const auto begin = [&](auto waiting) {
        context_.backend.sync(organization, [waiting](bool fresh) { waiting->give(fresh); });
    };
    co_return co_await wait_until(at_hand_.by, late, begin);
}

asio::awaitable<ledger::Reply> Session::reply_to(ledger::Submission& submission) {
    at_hand_.by = submission.deadline + kGrace;
    const ledger::Reply late = ledger::Unavailable{true, "Nobody answered by the deadline."};
    const auto begin = [&](auto waiting) {
        context_.backend.submit(std::move(submission), [waiting](ledger::Reply reply) {
            waiting->give(std::move(reply));
        });
    };
    co_return co_await wait_until(at_hand_.by, late, begin);
}

}  // namespace consularia::api::http
