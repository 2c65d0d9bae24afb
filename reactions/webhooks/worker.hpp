#pragma once
// Delivers the facts of organizations to their webhooks.

#include "base/stoppable_thread.hpp"
#include "journal/journal.hpp"
#include "ledger/commands/command.hpp"
#include "projections/read_store.hpp"
#include "reactions/webhooks/inbox.hpp"
#include "reactions/webhooks/slots.hpp"
#include "reactions/webhooks/subscription.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

struct WorkerLimits {
    ScheduleLimits schedule;
    SlotLimits slots;
    ReadBudget read;
    /// Organizations whose webhooks are looked at in one pass.
    std::size_t organizations_at_once = 256;
    /// How often all webhooks are looked at, and how long a failed step waits.
    std::chrono::milliseconds look_every{1000};
    /// How often rows of webhooks that are gone are looked for; the first time at once, and once
    /// more soon, when more may be known of what other nodes keep.
    std::chrono::milliseconds sweep_every{std::chrono::hours(1)};
    std::chrono::milliseconds sweep_again{std::chrono::minutes(1)};
    /// Turns are given for this long, then it is time for answers.
    std::chrono::milliseconds pass{20};
    std::size_t requests = 16;  ///< That may be under way.
    /// How long stop() waits for the posts under way.
    std::chrono::milliseconds drain{500};
    std::chrono::milliseconds command_deadline = ledger::kCommandDeadline;
};

/// What is reported of an attempt: nothing personal.
struct AttemptReport {
    domain::WebhookId webhook;
    std::optional<ledger::Sequence> sequence;  ///< Empty: a test.
    const Attempt& attempt;
    std::chrono::milliseconds took{};
};

/// What is shown of a webhook that is delivered to.
struct WebhookReading {
    domain::WebhookId webhook;
    EndpointState state = EndpointState::ok;
    std::uint64_t lag = 0;  ///< Events up to the head that are not delivered or left out.
};

/// The headers that make a message of Standard Webhooks of this body.
using Sign = std::function<std::vector<std::pair<std::string, std::string>>(
    domain::OrganizationId,
    const domain::Webhook&,
    const std::string& message_id,
    std::string_view body
)>;

/// What it works with. All of it outlives the worker.
struct WorkerPorts {
    const projections::ReadStore& store;
    journal::Journal& journal;
    /// Whether this node should deliver the organization's events now.
    std::function<bool(domain::OrganizationId)> is_ours;
    const ledger::Clock& clock;
    ProgressStore& progress;
    tables::Store& deliveries;  ///< Has the tables of schema().
    Sender& sender;
    Sign sign;
    std::function<void(ledger::Submission, ledger::ReplyHandler)> submit;
    /// Calls back, on any thread, once this node has read all that is in the log now; with false if
    /// that cannot be known in time.
    std::function<void(std::function<void(bool)>)> sync;
    std::function<domain::EventId()> new_event_id;
    Schedule::Random random;
    std::function<void(const AttemptReport&)> on_attempt;
    std::function<void(const std::string&)> on_problem;
    /// What was kept of so many webhooks that are gone was removed.
    std::function<void(std::size_t)> on_swept = [](std::size_t) {};
    /// The first call of the thread.
    std::function<void()> on_thread = [] {};
};

/// One thread, from start() to stop(), works for all webhooks, a turn each. It takes about a tenth
/// of one processor and finds more to do each time instead. Nothing is held up by an endpoint but
/// its own events. Without webhooks it looks for some once a second.
class Worker {
  public:
    explicit Worker(WorkerPorts ports, WorkerLimits limits = {});
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    void start();

    /// Waits a moment for posts under way, and saves.
    void stop();

    // Thread-safe.

    /// The organization's webhooks may have changed.
    void look_at(domain::OrganizationId organization) { inbox_->webhooks(organization); }

    /// Tries now, whatever the schedule says. False, and nothing is tried, if too many are.
    [[nodiscard]] bool try_now(Request request);

    [[nodiscard]] std::vector<WebhookReading> readings() const;

    /// Does what is to be done now. For the thread, and for tests without one.
    void pass();

  private:
    enum class Closing : std::uint8_t { no, changed, inactive, deleted };

    /// A webhook, and its place among the others.
    struct Lane {
        Subscription subscription;
        std::uint64_t number = 0;
        Closing closing = Closing::no;  ///< When nothing of it is in flight any more.
        bool gone = false;              ///< A command that deactivates it is under way.
        bool in_turn = false;
        std::optional<ledger::Clock::Steady> wakes_at{};
        std::optional<Progress> saved{};
    };

    struct Organization {
        journal::Watches::Watch watch;
        ledger::Sequence head = 0;
        std::set<domain::WebhookId> webhooks;
        std::uint64_t looked = 0;  ///< The number of the last look at all that saw it.
    };

    using Lanes = std::map<domain::WebhookId, Lane>;

    void run(const std::stop_token& stop);
    void drain();

    [[nodiscard]] Moment now() const { return {ports_.clock.steady(), ports_.clock.now()}; }

    [[nodiscard]] std::chrono::steady_clock::duration time_to_wait() const;

    // worker_look.cpp: which webhooks there are.
    void look_at_all();
    void look_at_now(const projections::Reader& reader, domain::OrganizationId organization);
    void compare(Lanes::iterator lane, const domain::Webhook* webhook);
    void open(domain::OrganizationId organization, const domain::Webhook& webhook);
    void close(Lanes::iterator lane, Closing why);
    void finish_closing(Lanes::iterator lane);
    void remove(Lanes::iterator lane);

    // worker_sweep.cpp: rows of webhooks that are gone.
    void sweep();
    void look_for_swept();
    void erase_swept();

    // worker_post.cpp: attempts and what comes of them.
    void post(Lane& lane, ledger::Sequence sequence, const Slots::Slot& slot);
    void send(Post post, Answer answer);
    void take(Answer answer);
    void take_scheduled(const Answer& answer, const Attempt& attempt);
    void take_requested(Answer answer, const Attempt& attempt);
    void take_delivery(Answer& answer, const Attempt& attempt, Delivery& row);
    void attempt(Request request);
    void attempt_now(Request& request);
    void refuse(const Request& request, std::string why);
    void deactivate(Lane& lane);
    [[nodiscard]] Post make_post(
        domain::OrganizationId organization,
        const domain::Webhook& webhook,
        const std::string& message_id,
        std::string body
    ) const;

    void give_turn(domain::WebhookId webhook);
    void wake_due();
    void take_turns();
    void turn(Lane& lane);
    void send(Lane& lane);
    void set_timer(Lane& lane, std::optional<ledger::Clock::Steady> at);
    void save();
    void save(Lane& lane);
    /// Whether the step was not interrupted by a StorageError, which is reported.
    bool guarded(const std::function<void()>& step) const;

    const WorkerPorts ports_;
    const WorkerLimits limits_;
    const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();

    Lanes lanes_;
    std::map<domain::OrganizationId, Organization> organizations_;
    std::uint64_t last_number_ = 0;
    std::deque<domain::WebhookId> turns_;
    std::set<domain::WebhookId> starved_;  ///< Have something to send, and no slot.
    std::set<std::pair<ledger::Clock::Steady, domain::WebhookId>> timers_;
    Slots slots_;

    ledger::Clock::Steady look_at_{};  ///< When all webhooks are looked at again.
    std::optional<domain::OrganizationId> looked_up_to_;  ///< While that is going on.
    std::uint64_t looks_ = 0;
    std::set<domain::OrganizationId> to_look_at_;

    enum class Sweep : std::uint8_t { waits, syncs, looks };

    Sweep sweep_ = Sweep::waits;
    ledger::Clock::Steady sweep_at_{};
    std::set<domain::WebhookId> swept_;  ///< Have rows, and were not seen to exist.
    std::optional<domain::OrganizationId> swept_up_to_;

    DeliveryLog log_;
    Rows rows_;                                     ///< To be written.
    std::set<domain::WebhookId> touched_;           ///< Their progress may have changed.
    std::vector<std::function<void()>> to_answer_;  ///< Once that is written.

    std::atomic<std::size_t> requests_ = 0;
    std::atomic<bool> stopped_ = false;
    mutable std::mutex mutex_;  ///< Guards the next one.
    std::map<domain::WebhookId, WebhookReading> readings_;
    StoppableThread thread_;
};

}  // namespace consularia::reactions::webhooks
