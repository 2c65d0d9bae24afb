#pragma once
// What may be sent to one webhook now, and what waits for what. Pure: no threads, no clock.

#include "ledger/log/clock.hpp"
#include "ledger/record/record.hpp"
#include "reactions/webhooks/progress.hpp"
#include "reactions/webhooks/retries.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace consularia::reactions::webhooks {

struct ScheduleLimits {
    /// Events that are known at once: the lowest one that is not delivered and those after it.
    std::size_t window = 256;
    std::size_t in_flight = 4;
    /// So many failures without a success between are an outage: the success that ends it hurries
    /// everything. A single event that an endpoint will not take must not be hurried by the
    /// success of each other one.
    std::uint32_t outage = 3;
    Retries retries;
};

/// Events are sent in order per subject, at most one of a subject at once; a failed one holds up
/// those of its subject. An endpoint whose last attempt failed gets one post at a time. Nothing is
/// ever given up.
class Schedule {
  public:
    using Steady = ledger::Clock::Steady;
    using Sequence = ledger::Sequence;
    /// Numbers in [0, 1).
    using Random = std::function<double()>;

    /// What is known of earlier attempts.
    struct Past {
        std::uint32_t attempts;
        std::optional<Steady> due;  ///< Empty: at once.
    };

    /// The limits outlive it. An endpoint that has failed since some time is tried at once, in any
    /// state.
    Schedule(
        const ScheduleLimits& limits,
        Random random,
        Sequence position,
        std::optional<Steady> failing_since = std::nullopt
    );

    // What there is to send: each sequence after read_to() is taken in or left out, in order.

    [[nodiscard]] Sequence read_to() const { return read_to_; }

    [[nodiscard]] bool has_room() const { return events_.size() < limits_->window; }

    /// Precondition: has_room().
    void take(
        Sequence sequence,
        const std::string& subject,
        Steady now,
        const Past& past = {0, std::nullopt}
    );
    /// It is among those that are to be delivered, and was.
    void take_delivered(Sequence sequence);
    void leave_out(Sequence sequence);

    // Sending.

    /// The next one to be sent; it is in flight then.
    [[nodiscard]] std::optional<Sequence> next(Steady now);

    /// When next() may have one, if nothing else happens before; empty if never.
    [[nodiscard]] std::optional<Steady> next_at(Steady now) const;

    /// An event in flight was not delivered.
    void failed(
        Sequence sequence, Steady now, std::optional<std::chrono::seconds> retry_after = {}
    );
    /// An event in flight was not sent: it may be at once.
    void put_back(Sequence sequence, Steady due);
    /// Any event, in flight or not, known or not, was delivered.
    void delivered(Sequence sequence, Steady now);

    /// Everything is due now: there is a reason to think that it works.
    void hurry(Steady now);

    // What has become of it.

    /// The highest sequence up to which all is delivered or left out.
    [[nodiscard]] Sequence position() const;
    [[nodiscard]] EndpointState state(Steady now) const;

    [[nodiscard]] std::optional<Steady> failing_since() const { return failing_since_; }

    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

    [[nodiscard]] bool is_in_flight(Sequence sequence) const;
    /// When one that waits is due; empty for all others.
    [[nodiscard]] std::optional<Steady> due(Sequence sequence) const;

  private:
    enum class Stage : std::uint8_t { waiting, in_flight, delivered };
    using Subjects = std::map<std::string, std::deque<Sequence>>;

    struct Event {
        Stage stage = Stage::waiting;
        std::uint32_t attempts = 0;
        Steady due{};
        Subjects::iterator subject{};  ///< The queue that it is in, unless it is delivered.
    };

    [[nodiscard]] Event& event_in_flight(Sequence sequence);
    [[nodiscard]] bool is_first(Sequence sequence, const Event& event) const;
    [[nodiscard]] bool is_failing(Steady now) const;
    [[nodiscard]] Steady::duration jittered(std::chrono::seconds delay);
    void wait(Sequence sequence, Event& event, Steady due);
    void leave_subject(Sequence sequence, Event& event);
    void forget_delivered();

    const ScheduleLimits* limits_;
    Random random_;
    Sequence read_to_;
    std::map<Sequence, Event> events_;  ///< From the lowest one that is not delivered on.
    Subjects subjects_;                 ///< Those that are not delivered, in order.
    /// The first ones of their subjects that wait, by when they are due.
    std::set<std::pair<Steady, Sequence>> ready_;
    std::size_t in_flight_ = 0;

    std::optional<Steady> failing_since_;
    std::uint32_t failures_ = 0;  ///< Since the last success.
    Steady not_before_{};         ///< By the endpoint's last Retry-After.
    Steady probe_at_{};           ///< While it is failing.
};

}  // namespace consularia::reactions::webhooks
