#pragma once
// A node in memory that delivers to webhooks, and receivers that answer when a test says so.

#include "base/check.hpp"
#include "ledger/commands/processor.hpp"
#include "projections/webhooks.hpp"
#include "reactions/webhooks/stored_progress.hpp"
#include "reactions/webhooks/table.hpp"
#include "reactions/webhooks/worker.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/test_node.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace consularia::reactions::webhooks {

/// Keeps posts until they are answered.
class FakeSender final : public Sender {
  public:
    struct Sent {
        Post post;
        Handler handler;

        /// The message's.
        [[nodiscard]] std::string id() const { return post.headers.at(0).second; }
    };

    void post(Post post, Handler handler) override {
        waiting.push_back({std::move(post), std::move(handler)});
    }

    /// The first post that waits, which waits no more; aborts when there is none.
    Sent take(const std::string& url = "") {
        const auto found = std::ranges::find_if(waiting, [&](const Sent& sent) {
            return url.empty() || sent.post.url == url;
        });
        CHECK(found != waiting.end());
        auto sent = std::move(*found);
        waiting.erase(found);
        return sent;
    }

    std::vector<Sent> waiting;
};

/// Makes commands of tests, carries them out at once, and has one worker without a thread.
class EngineTest : public testing::Test {
  protected:
    EngineTest() { run(test::create_organization(1)); }

    void run(ledger::Submission submission) {
        std::optional<ledger::Reply> answer;
        run(std::move(submission), [&](ledger::Reply reply) { answer = std::move(reply); });
        CHECK(answer && std::holds_alternative<ledger::Accepted>(*answer));
    }

    void run(ledger::Submission submission, ledger::ReplyHandler reply) {
        std::vector<ledger::Pending> one;
        submission.deadline = clock_.steady() + std::chrono::seconds(5);
        one.push_back({std::move(submission), std::move(reply)});
        processor_.enqueue(std::move(one));
        while (processor_.step()) {
        }
    }

    void run(domain::WebhookCommand command, std::uint32_t organization = 1) {
        run(test::submission(organization, std::move(command)));
    }

    static domain::WebhookSettings settings(const std::string& url) {
        return {
            .url = domain::WebhookUrl::parse(url).value(),
            .types = {},
            .description = domain::WebhookDescription::parse("").value()};
    }

    static domain::WebhookId webhook_id(std::uint32_t number) {
        return samples::make_id<domain::WebhookId>(number);
    }

    static std::string url_of(std::uint32_t webhook) {
        return "https://h" + std::to_string(webhook) + ".example/";
    }

    /// Registers it, to be delivered to from its own event on.
    void register_webhook(std::uint32_t number, std::uint32_t organization = 1) {
        run(domain::RegisterWebhook{webhook_id(number), settings(url_of(number))}, organization);
        look();
    }

    static domain::UpdateWebhook update(std::uint32_t webhook) {
        domain::UpdateWebhook command;
        command.id = webhook_id(webhook);
        return command;
    }

    /// All webhooks are looked at.
    void look() {
        clock_.advance(std::chrono::seconds(1));
        for (int i = 0; i < 5; ++i) worker_->pass();
    }

    /// The sequences that wait for answers.
    [[nodiscard]] std::vector<std::string> waiting() const {
        std::vector<std::string> ids;
        for (const auto& sent : sender_.waiting) {
            ids.push_back(sent.id().substr(sent.id().find('.') + 1));
        }
        return ids;
    }

    void answer(int status, const std::string& url = "") {
        sender_.take(url).handler(Posted{status, "body", std::nullopt});
        worker_->pass();
    }

    /// Answers 200 until nothing is sent any more; returns the sequences.
    std::vector<std::string> deliver_all() {
        std::vector<std::string> sequences;
        while (!sender_.waiting.empty()) {
            sequences.push_back(waiting().front());
            answer(200);
        }
        return sequences;
    }

    [[nodiscard]] Delivery delivery(ledger::Sequence sequence, std::uint32_t webhook = 1) {
        return find_delivery(*kept_.snapshot(), webhook_id(webhook), sequence).value();
    }

    [[nodiscard]] Progress progress(std::uint32_t webhook = 1) {
        return progress_.find(webhook_id(webhook)).value();
    }

    domain::Webhook webhook(std::uint32_t number = 1, std::uint32_t organization = 1) {
        const auto all = projections::find_webhooks(
            *node_.store.snapshot(), samples::organization_id(organization)
        );
        return *all.find(webhook_id(number));
    }

    /// What a crash of the process leaves: posts under way are not answered.
    void restart() {
        worker_.reset();
        sender_.waiting.clear();
        worker_ = make_worker();
        worker_->pass();
    }

    std::unique_ptr<Worker> make_worker(WorkerLimits limits = {}) {
        return std::make_unique<Worker>(
            WorkerPorts{
                .store = node_.store,
                .journal = node_.journal(),
                .is_ours = [this](domain::OrganizationId) { return ours_; },
                .clock = clock_,
                .progress = progress_,
                .deliveries = kept_,
                .sender = sender_,
                .sign =
                    [](auto, const auto&, const std::string& id, std::string_view) {
                        return std::vector<std::pair<std::string, std::string>>{{"webhook-id", id}};
                    },
                .submit = [this](
                              auto submission, auto reply
                          ) { run(std::move(submission), std::move(reply)); },
                .sync = [this](auto done) { done(synced_); },
                .new_event_id = [this] { return samples::make_id<domain::EventId>(++ids_); },
                .random = [] { return 0.5; },
                .on_attempt = [this](const AttemptReport&) { ++attempts_; },
                .on_problem = [this](const std::string& why) { problems_.push_back(why); }},
            limits
        );
    }

    test::ManualClock clock_;
    test::MemoryLedger ledger_{{"log", 1, false}};
    projections::Node node_;
    ledger::PartitionProcessor processor_{
        {.ledger = ledger_, .store = node_.projector, .codec = samples::codec(), .clock = clock_},
        {},
        [] {}};
    test::MemoryStore kept_{count_of<Table>()};
    StoredProgress progress_{kept_};
    FakeSender sender_;
    bool ours_ = true;
    bool synced_ = true;
    std::uint32_t ids_ = 1'000'000;
    std::size_t attempts_ = 0;
    std::vector<std::string> problems_;
    std::unique_ptr<Worker> worker_ = make_worker();
};

}  // namespace consularia::reactions::webhooks
