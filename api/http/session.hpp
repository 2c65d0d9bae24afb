#pragma once
// One connection: reads requests one after another, carries out each step by step, answers.

#include "api/http/backend.hpp"
#include "api/http/client_address.hpp"
#include "api/http/hand_over.hpp"
#include "api/http/head.hpp"
#include "api/http/in_flight.hpp"
#include "api/http/loop.hpp"
#include "api/http/loop_watch.hpp"
#include "api/http/options.hpp"
#include "api/http/write.hpp"
#include "api/pace.hpp"
#include "api/service.hpp"
#include "api/step.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api::http {

/// Serving ends in two steps: first each connection has one more request, then those that have not
/// begun one are closed.
enum class Phase { serving, leaving, stopping };

/// The worker answers a request by its deadline, and knows more than the session. Only if its
/// thread hangs does no answer come.
inline constexpr std::chrono::milliseconds kGrace{500};

/// The reason, for the log, of refusals while reads hang.
inline constexpr std::string_view kReadsHang = "too many reads have not returned";

/// What all sessions share.
struct SessionContext {
    const ServerOptions& options;
    const Service& service;
    const Backend& backend;
    const std::atomic<Phase>& phase;
    InFlight& in_flight;
    const LoopWatch& watch;
};

/// Lives in its loop; everything is called there. Work that may not return, because a disk does not
/// answer, is done as a step of the loop, which changes nothing of the session: if it takes too
/// long, the loop continues without it and answers the request.
class Session : public std::enable_shared_from_this<Session> {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    /// `peer` is the address of the other end. `on_first_byte` is called at most once.
    Session(
        boost::asio::ip::tcp::socket socket,
        const IpBytes& peer,
        std::function<void()> on_first_byte,
        Loop& loop,
        const SessionContext& context
    );

    /// Serves until the connection ends. Does not throw.
    boost::asio::awaitable<void> run();

    /// Cancels a socket operation that takes too long, and gives up waits that are not answered.
    void check_deadline(Steady now);

    /// Ends the connection if it waits for a request and none has arrived.
    void end_if_idle();

    /// Ends the connection if it waits for a request; otherwise after the current exchange. With a
    /// drain delay, a new connection, which may have a request on its way, is given a moment.
    void drain();

  private:
    /// What is needed to give up the current request in the middle of a step.
    struct AtHand {
        const Request* request = nullptr;
        const Trace* trace = nullptr;  ///< Must not be read during a step, which writes it.
        std::string_view route;        ///< As known before the step.
        Steady begin{};
        Steady by{};     ///< When a step that has not returned is given up.
        int status = 0;  ///< The answer's status, once it is being sent.
    };

    /// Thrown when a step returns after its request was given up: there is nothing left to do.
    struct GivenUp {};

    boost::asio::awaitable<void> serve();
    /// Empty if the connection has ended, or the request was refused.
    boost::asio::awaitable<std::optional<Request>> next_request();
    /// Waits for bytes, without a buffer for them, and adds them to the buffer.
    boost::asio::awaitable<boost::system::error_code> read_some();
    boost::asio::awaitable<void> let_others_go_first();
    /// The client's X-Request-ID is shown if it has the right form.
    [[nodiscard]] ledger::RequestIds ids_for(std::string given) const;
    boost::asio::awaitable<void> refuse_head(const Failure& failure);
    boost::asio::awaitable<bool> exchange(Request request);
    boost::asio::awaitable<Response> carry_out(
        const Request& request, Trace& trace, InFlight::Share& held
    );
    boost::asio::awaitable<void> started();
    /// A client that repeats at once what is throttled waits here, and takes nothing from others.
    boost::asio::awaitable<void> slow_down();
    /// Calls `begin` with a HandOver, which takes the awaited value; the value is `late` if none
    /// has come `by` then.
    template <class Value, class Begin>
    boost::asio::awaitable<Value> wait_until(Steady by, const Value& late, const Begin& begin);
    /// False when the request's deadline came first.
    boost::asio::awaitable<bool> turn_of(std::optional<domain::OrganizationId> organization);
    boost::asio::awaitable<bool> synced(std::optional<domain::OrganizationId> organization);
    boost::asio::awaitable<ledger::Reply> reply_to(ledger::Submission& submission);

    // session_stream.cpp
    /// False if the time has come, the client has left or the server stops.
    boost::asio::awaitable<bool> rung(Alarm& alarm, Steady until);
    /// Waits until a follower may look for events.
    boost::asio::awaitable<Pace::Look> paced();
    /// Ends earlier if the server drains.
    boost::asio::awaitable<void> pause_until(Steady until);
    /// Ends the wait for an alarm when the client closes its end of the connection.
    void watch_client();
    /// The client may have sent bytes before, which stay unread.
    void end_wait_if_client_left();
    /// Writes a burst, and looks at the client's rights from time to time while that takes long.
    boost::asio::awaitable<bool> write_burst(
        const Request& request,
        std::string_view before,
        std::string_view bytes,
        std::string_view after,
        const Stream& stream
    );
    /// Writes `first`, and what the stream sends until it ends, the client leaves or the server
    /// stops.
    boost::asio::awaitable<bool> follow(
        const Request& request,
        std::string head,
        Framing framing,
        std::string first,
        const Stream& stream
    );

    // session_step.cpp
    /// Does a step. If `left` is set, its thread was left behind: come_back() is next.
    [[nodiscard]] Step guard(const std::function<Step()>& handle, Runner*& left);
    /// The same for a step that reads; refused if it would most likely hang.
    [[nodiscard]] Step guard_read(const std::function<Step()>& handle, Runner*& left);
    [[nodiscard]] Step attempt(const std::function<Step()>& handle) const;

    /// The answer, once the use of an auditor's token is recorded; otherwise the reason why it is
    /// not.
    [[nodiscard]] Step recorded_answer(Response response) const;

    template <class Act>
    [[nodiscard]] Runner* step(const Act& act) {
        answer_by(at_hand_.by, [this] { give_up_step(); });
        Runner* const left = loop_.step(act);
        if (left == nullptr) answer_by(Steady::max(), {});
        return left;
    }

    /// Throws GivenUp.
    boost::asio::awaitable<void> come_back(Runner& left);
    void give_up_step();
    /// The time that a request has from now on.
    [[nodiscard]] Steady next_deadline() const;

    // session_body.cpp
    [[nodiscard]] bool wants_to_be_asked(const Request& request) const;
    /// Reserves memory for the body before it is read.
    boost::asio::awaitable<tl::expected<std::string, Failure>> read_body(
        const Request& request, InFlight::Share& held
    );

    // session_answer.cpp
    /// Reserves memory for the answer, or replaces the answer by a failure if there is none.
    void reserve(
        const Request& request, Response& response, bool after_command, InFlight::Share& held
    ) const;
    /// False if it could not be written completely: then the connection has to end.
    boost::asio::awaitable<bool> send(const Request& request, Response response);
    /// Writes `piece` and all that follow. An answer that cannot be written completely ends without
    /// its last chunk.
    boost::asio::awaitable<bool> stream(
        const Request& request,
        std::string head,
        Framing framing,
        std::string piece,
        const BodySource& rest
    );
    /// The next part of an answer; empty if it cannot be read. For `left` see guard().
    template <class Part>
    std::optional<Part> read_next(
        const Request& request, const std::function<Part()>& read, Runner*& left
    );
    boost::asio::awaitable<bool> write(
        std::string_view before, std::string_view bytes, std::string_view after = ""
    );
    /// Discards what the client has not received when the connection ends.
    void abort();
    /// Lets the client read the last answer before the connection is closed.
    boost::asio::awaitable<void> linger();

    [[nodiscard]] bool body_is_pending() const;
    /// Drops a body that no handler asked for. False if it has not arrived yet: it is not waited
    /// for.
    [[nodiscard]] bool skip_body();
    [[nodiscard]] std::string_view buffered() const;
    void wait_at_most(std::chrono::milliseconds timeout);
    /// What to do if there is no answer by then; it ends all work for the request.
    void answer_by(Steady time, std::function<void()> give_up);

    boost::asio::ip::tcp::socket socket_;
    Loop& loop_;
    const SessionContext& context_;
    IpBytes peer_;
    std::function<void()> on_first_byte_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Steady deadline_ = Steady::max();
    Steady give_up_at_ = Steady::max();  ///< The deadline of an answer in pieces, whatever its
                                         ///< progress.
    Steady answer_by_ = Steady::max();
    std::function<void()> give_up_;  ///< At answer_by_.
    AtHand at_hand_;
    std::function<void()> end_wait_;  ///< Set while a follower waits.
    bool client_watched_ = false;     ///< Until something arrives; then check_deadline() looks.
    bool client_left_ = false;
    bool follows_ = false;  ///< Writes a stream.
    bool given_up_ = false;
    bool timed_out_ = false;
    bool idle_ = true;
    std::size_t requests_ = 0;
    std::size_t throttled_in_a_row_ = 0;
};

template <class Value, class Begin>
boost::asio::awaitable<Value> Session::wait_until(
    Steady by, const Value& late, const Begin& begin
) {
    // Named first, then moved: see decisions/0007.
    auto initiate = [this, by, &late, &begin](auto handler) {
        const auto waiting = hand_over<Value>(std::move(handler));
        answer_by(by, [waiting, late] { waiting->give(late); });
        begin(waiting);
    };
    const auto token = boost::asio::use_awaitable;
    auto value =
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Value)>(
            initiate, token
        );
    answer_by(Steady::max(), {});
    co_return value;
}

template <class Part>
std::optional<Part> Session::read_next(
    const Request& request, const std::function<Part()>& read, Runner*& left
) {
    std::optional<Part> part;
    if (context_.watch.refuses_reads()) {
        context_.options.on_error(request.ids.shown, kReadsHang);
        return part;
    }
    left = step([&] {
        try {
            part = read();
        } catch (const std::exception& error) {
            context_.options.on_error(request.ids.shown, error.what());
        }
    });
    return part;
}

}  // namespace consularia::api::http
