#pragma once
// What other threads have for the worker of webhooks. It outlives the worker: an answer may come
// after the worker's end.

#include "domain/ids.hpp"
#include "domain/webhook/webhook.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/record/record.hpp"
#include "reactions/webhooks/progress.hpp"
#include "reactions/webhooks/sender.hpp"
#include "reactions/webhooks/slots.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

/// An attempt that somebody asks for.
struct Request {
    domain::OrganizationId organization;
    domain::Webhook webhook;
    std::optional<ledger::Sequence> sequence;  ///< Empty: an event to test it with.
    /// Called once, on the worker's thread, with what is known of the delivery then; an error is a
    /// sentence that says why nothing was tried.
    std::function<void(tl::expected<Delivery, std::string>)> done;
};

/// An answer to a post.
struct Answer {
    domain::WebhookId webhook;
    std::uint64_t number = 0;     ///< The subscription's: a webhook may be opened again.
    domain::Version version = 0;  ///< The webhook's, when it was sent.
    ledger::Sequence sequence = 0;
    Slots::Slot slot{};
    ledger::Clock::Steady sent_at{};
    std::optional<Request> request{};  ///< If it was asked for.
    std::string type{};                ///< The event's, if it was asked for.
    tl::expected<Posted, std::string> posted{};
};

/// Thread-safe; one thread takes.
class Inbox {
  public:
    struct Contents {
        std::vector<Answer> answers;
        std::vector<Request> requests;
        std::set<domain::OrganizationId> facts;     ///< There are new ones.
        std::set<domain::OrganizationId> webhooks;  ///< They may have changed.
        std::optional<bool> synced;                 ///< What a sync has led to.
    };

    void answer(Answer answer) {
        add([&](Contents& contents) { contents.answers.push_back(std::move(answer)); });
    }

    void request(Request request) {
        add([&](Contents& contents) { contents.requests.push_back(std::move(request)); });
    }

    void facts(domain::OrganizationId organization) {
        add([&](Contents& contents) { contents.facts.insert(organization); });
    }

    void webhooks(domain::OrganizationId organization) {
        add([&](Contents& contents) { contents.webhooks.insert(organization); });
    }

    void synced(bool known) {
        add([&](Contents& contents) { contents.synced = known; });
    }

    [[nodiscard]] Contents take() {
        const std::lock_guard lock(mutex_);
        full_ = false;
        return std::exchange(contents_, {});
    }

    /// Until there is something, a stop is requested, or the time has passed.
    void wait(const std::stop_token& stop, std::chrono::steady_clock::duration time) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, time, [this] { return full_; });
    }

  private:
    template <class Add>
    void add(const Add& add) {
        {
            const std::lock_guard lock(mutex_);
            add(contents_);
            full_ = true;
        }
        changed_.notify_one();
    }

    std::mutex mutex_;  ///< Guards the next two.
    Contents contents_;
    bool full_ = false;
    std::condition_variable_any changed_;
};

}  // namespace consularia::reactions::webhooks
