// What a node says of its webhooks, others go on with.
#include "infra/kafka/webhook_progress.hpp"

#include "infra/kafka/ends.hpp"
#include "infra/kafka/topic.hpp"
#include "reactions/webhooks/deliveries.hpp"
#include "reactions/webhooks/table.hpp"
#include "tests/kafka/broker.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using reactions::webhooks::Cursor;
using reactions::webhooks::EndpointState;
using reactions::webhooks::Progress;

constexpr ledger::Partition kPartitions = 3;
constexpr domain::WebhookId kWebhook{{1, 2, 3}};

/// A store of one node.
class MemoryProgress final : public reactions::webhooks::ProgressStore {
  public:
    std::optional<Progress> find(domain::WebhookId webhook) const override {
        const auto found = kept_.find(webhook);
        return found == kept_.end() ? std::nullopt : std::optional(found->second);
    }

    void save(domain::WebhookId webhook, const Progress& progress) override {
        kept_[webhook] = progress;
    }

    void erase(domain::WebhookId webhook) override { kept_.erase(webhook); }

    std::set<domain::WebhookId> all() const override {
        std::set<domain::WebhookId> webhooks;
        for (const auto& [webhook, progress] : kept_) webhooks.insert(webhook);
        return webhooks;
    }

  private:
    std::map<domain::WebhookId, Progress> kept_;
};

/// A node, to which the group has assigned partition 0 or not.
struct TestNode {
    explicit TestNode(const std::string& topic, bool has_it = true)
        : ours(has_it),
          progress(
              test::kafka_options(topic),
              kPartitions,
              {.is_ours = [this](ledger::Partition partition) { return partition == 0 && ours; },
               .own = own,
               .deliveries = rows}
          ) {}

    MemoryProgress own;
    test::MemoryStore rows{count_of<reactions::webhooks::Table>()};
    std::atomic<bool> ours;
    WebhookProgress progress;
};

bool soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

bool serves(const TestNode& node) {
    return node.progress.may_serve(0);
}

bool is_at(const TestNode& node, Cursor cursor) {
    const auto found = node.progress.find(kWebhook);
    return found && found->cursor == cursor;
}

Progress at(ledger::Sequence position, ledger::Sequence start = 1) {
    return {.cursor = {start, position}, .state = EndpointState::retrying, .failing_since = {}};
}

TEST(KafkaWebhookProgress, IsShownEverywhereAndKnownBeforeAnotherNodeServes) {
    const auto topic = test::new_topic_name();
    TestNode first(topic);
    TestNode second(topic, false);
    ASSERT_TRUE(soon([&] { return serves(first); }));
    EXPECT_FALSE(first.progress.may_serve(1)) << "it is not ours";
    for (ledger::Sequence position = 1; position <= 100; ++position) {
        first.progress.save(kWebhook, at(position));
    }
    EXPECT_TRUE(soon([&] { return is_at(second, {1, 100}); }));
    EXPECT_FALSE(serves(second));
    first.progress.save(kWebhook, at(120));
    first.ours = false;
    EXPECT_FALSE(serves(first)) << "at once";
    ASSERT_TRUE(soon([&] { return is_at(second, {1, 120}); }));
    second.ours = true;
    ASSERT_TRUE(soon([&] { return serves(second); }));
    EXPECT_EQ(second.progress.find(kWebhook)->state, EndpointState::retrying);
    // A node that starts later reads it all before it serves.
    TestNode third(topic);
    ASSERT_TRUE(soon([&] { return serves(third); }));
    EXPECT_TRUE(is_at(third, {1, 120}));
}

TEST(KafkaWebhookProgress, ANodeThatWritesLateSetsNothingBack) {
    const auto topic = test::new_topic_name();
    TestNode late(topic);
    ASSERT_TRUE(soon([&] { return serves(late); }));
    late.progress.save(kWebhook, at(90));
    TestNode next(topic);
    ASSERT_TRUE(soon([&] { return serves(next) && is_at(next, {1, 90}); }));
    next.progress.save(kWebhook, at(100));
    ASSERT_TRUE(soon([&] { return is_at(late, {1, 100}); }));
    late.progress.save(kWebhook, at(95));
    next.progress.save(kWebhook, at(101));
    EXPECT_TRUE(soon([&] { return is_at(late, {1, 101}); }));
    EXPECT_TRUE(is_at(next, {1, 101}));
    next.progress.save(kWebhook, at(10, 102));
    EXPECT_TRUE(soon([&] { return is_at(late, {102, 10}); })) << "a replay sets it back";
    TestNode after(topic);
    ASSERT_TRUE(soon([&] { return serves(after); }));
    EXPECT_TRUE(is_at(after, {102, 10}));
}

TEST(KafkaWebhookProgress, ADeletedWebhookIsForgottenEverywhere) {
    const auto topic = test::new_topic_name();
    TestNode node(topic);
    TestNode other(topic, false);
    ASSERT_TRUE(soon([&] { return serves(node); }));
    node.progress.save(kWebhook, at(5));
    ASSERT_TRUE(soon([&] { return is_at(other, {1, 5}) && is_at(node, {1, 5}); }));
    node.progress.erase(kWebhook);
    EXPECT_TRUE(soon([&] { return !other.progress.find(kWebhook); }));
    EXPECT_TRUE(soon([&] { return !node.progress.find(kWebhook); }));
}

TEST(KafkaWebhookProgress, DeliveriesAreTheSameEverywhereAndKnownBeforeAnotherNodeServes) {
    using reactions::webhooks::Delivery;
    using reactions::webhooks::DeliveryStatus;
    const auto topic = test::new_topic_name();
    const auto shown = [](const TestNode& node) {
        return reactions::webhooks::list_deliveries(*node.rows.snapshot(), kWebhook);
    };
    TestNode node(topic);
    TestNode other(topic, false);
    ASSERT_TRUE(soon([&] { return serves(node); }));
    EXPECT_FALSE(serves(other));
    reactions::webhooks::DeliveryLog log(node.progress.deliveries());
    const Delivery failed{
        .sequence = 5,
        .start = 1,
        .type = "a",
        .status = DeliveryStatus::failed,
        .attempts = 2,
        .last_status = 500};
    const Delivery delivered{
        .sequence = 6, .start = 1, .type = "a", .status = DeliveryStatus::delivered, .attempts = 1};
    log.write({{kWebhook, failed}, {kWebhook, delivered}});
    const std::vector<Delivery> both{failed, delivered};
    EXPECT_TRUE(soon([&] { return shown(other) == both; }));
    EXPECT_EQ(shown(node), both);
    TestNode next(topic);
    ASSERT_TRUE(soon([&] { return serves(next); }));
    EXPECT_EQ(shown(next), both);
    log.erase(kWebhook);
    EXPECT_TRUE(soon([&] { return shown(other).empty() && shown(next).empty(); }));
}

TEST(KafkaWebhookProgress, WhatWasSavedLastIsPublishedBeforeTheNodeEnds) {
    const auto topic = test::new_topic_name();
    {
        TestNode node(topic);
        ASSERT_TRUE(soon([&] { return serves(node); }));
        node.progress.save(kWebhook, at(5));
    }
    TestNode next(topic);
    ASSERT_TRUE(soon([&] { return serves(next); }));
    EXPECT_TRUE(is_at(next, {1, 5}));
}

TEST(KafkaWebhookProgress, TheTopicIsCompactedAndNoOtherIsTaken) {
    const auto topic = test::new_topic_name();
    TestNode node(topic);
    ASSERT_TRUE(soon([&] { return serves(node); }));
    EXPECT_EQ(test::settings_of(topic + ".webhooks").at("cleanup.policy"), "compact");
    EXPECT_EQ(test::partitions_of(topic + ".webhooks"), kPartitions);
    const auto other = test::new_topic_name();
    test::create_topic(other, test::good_topic_settings());
    const Client client(test::kafka_options(other), RD_KAFKA_CONSUMER, question_settings());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    EXPECT_THROW((void)open_progress_topic(client, 1, deadline), SettingRefused);
}

TEST(KafkaWebhookProgress, WithoutBrokersNothingIsServedAndNothingHangs) {
    auto options = test::kafka_options("nowhere");
    options.bootstrap_servers = "127.0.0.1:1";
    options.open_timeout = std::chrono::milliseconds(300);
    MemoryProgress own;
    test::MemoryStore rows{count_of<reactions::webhooks::Table>()};
    WebhookProgress progress(
        options,
        kPartitions,
        {.is_ours = [](ledger::Partition) { return true; }, .own = own, .deliveries = rows}
    );
    progress.save(kWebhook, at(5));
    EXPECT_FALSE(progress.may_serve(0));
    EXPECT_EQ(progress.find(kWebhook)->cursor.position, 5U);
}

}  // namespace
}  // namespace consularia::infra::kafka
