// What is kept of webhooks: how far they have got, and what became of their events.
#include "ledger/log/storage_error.hpp"
#include "reactions/webhooks/deliveries.hpp"
#include "reactions/webhooks/row_codec.hpp"
#include "reactions/webhooks/stored_progress.hpp"
#include "reactions/webhooks/table.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::reactions::webhooks {
namespace {

using Sequences = std::vector<ledger::Sequence>;

const domain::WebhookId kWebhook{{1}};
const domain::WebhookId kOther{{2}};
const domain::Timestamp kTime{std::chrono::microseconds(1'795'428'000'000'001)};

Delivery make(ledger::Sequence sequence, DeliveryStatus status, ledger::Sequence start = 1) {
    return {
        .sequence = sequence,
        .start = start,
        .type = "dev.consularia.appointment.scheduled.v1",
        .status = status,
        .attempts = 2,
        .next_attempt_at = kTime,
        .last_status = 503,
        .last_error = "",
        .last_body = std::string("a\0b", 3)};
}

Sequences sequences_of(const std::vector<Delivery>& deliveries) {
    Sequences sequences;
    for (const auto& one : deliveries) sequences.push_back(one.sequence);
    return sequences;
}

class WebhookStoresTest : public testing::Test {
  protected:
    [[nodiscard]] std::vector<Delivery> all(domain::WebhookId webhook = kWebhook) const {
        return list_deliveries(*store_.snapshot(), webhook);
    }

    test::MemoryStore store_{count_of<Table>()};
    StoredProgress progress_{store_};
    DeliveryLog log_{store_, 3};
};

TEST_F(WebhookStoresTest, ProgressIsFoundAsItWasSaved) {
    EXPECT_FALSE(progress_.find(kWebhook));
    const Progress progress{{3, 17}, EndpointState::failing, kTime};
    progress_.save(kWebhook, progress);
    EXPECT_EQ(progress_.find(kWebhook), progress);
    EXPECT_FALSE(progress_.find(kOther));
    progress_.erase(kWebhook);
    EXPECT_FALSE(progress_.find(kWebhook));
}

TEST_F(WebhookStoresTest, OnlyANewerStartSetsAPositionBack) {
    progress_.save(kWebhook, {.cursor = {3, 17}});
    progress_.save(kWebhook, {.cursor = {3, 16}});
    EXPECT_EQ(progress_.find(kWebhook)->cursor, (Cursor{3, 17}));
    progress_.save(kWebhook, {.cursor = {18, 0}});
    EXPECT_EQ(progress_.find(kWebhook)->cursor, (Cursor{18, 0}));
    progress_.save(kWebhook, {.cursor = {3, 100}});
    EXPECT_EQ(progress_.find(kWebhook)->cursor, (Cursor{18, 0}));
    progress_.save(kWebhook, {.cursor = {18, 0}, .state = EndpointState::retrying});
    EXPECT_EQ(progress_.find(kWebhook)->state, EndpointState::retrying);
}

TEST_F(WebhookStoresTest, ADeliveryIsFoundAsItWasWritten) {
    for (const auto status : kAllOf<DeliveryStatus>) {
        auto delivery = make(7, status);
        log_.write({{kWebhook, delivery}});
        EXPECT_EQ(find_delivery(*store_.snapshot(), kWebhook, 7), delivery);
        delivery.last_status.reset();
        delivery.next_attempt_at.reset();
        delivery.last_error = "The connection was refused.";
        log_.write({{kWebhook, delivery}});
        EXPECT_EQ(all(), (std::vector{delivery}));
    }
    EXPECT_FALSE(find_delivery(*store_.snapshot(), kWebhook, 8));
    EXPECT_FALSE(find_delivery(*store_.snapshot(), kOther, 7));
}

TEST_F(WebhookStoresTest, TheLastDeliveredOnesAreKeptAndAllOthers) {
    (void)log_.open(kWebhook, 1, 0);
    log_.write({{kWebhook, make(1, DeliveryStatus::failed)}});
    for (ledger::Sequence sequence = 2; sequence < 10; ++sequence) {
        log_.write({{kWebhook, make(sequence, DeliveryStatus::delivered)}});
    }
    EXPECT_EQ(sequences_of(all()), (Sequences{1, 7, 8, 9}));
    log_.write({{kWebhook, make(7, DeliveryStatus::delivered)}});  // once more
    log_.write({{kWebhook, make(1, DeliveryStatus::delivered)}});
    EXPECT_EQ(sequences_of(all()), (Sequences{1, 7, 9}));
}

TEST_F(WebhookStoresTest, WhatIsKeptIsBoundedAlsoAfterARestart) {
    (void)log_.open(kWebhook, 1, 0);
    for (ledger::Sequence sequence = 1; sequence < 4; ++sequence) {
        log_.write({{kWebhook, make(sequence, DeliveryStatus::delivered)}});
    }
    DeliveryLog restarted(store_, 3);
    EXPECT_EQ(sequences_of(restarted.open(kWebhook, 1, 1)), (Sequences{2, 3}));
    restarted.write({{kWebhook, make(4, DeliveryStatus::delivered)}});
    EXPECT_EQ(sequences_of(all()), (Sequences{2, 3, 4}));
}

TEST_F(WebhookStoresTest, ANewStartKnowsNothingOfTheOneBefore) {
    (void)log_.open(kWebhook, 1, 0);
    log_.write(
        {{kWebhook, make(5, DeliveryStatus::delivered)},
         {kWebhook, make(6, DeliveryStatus::failed)},
         {kWebhook, make(7, DeliveryStatus::pending)}}
    );
    EXPECT_EQ(sequences_of(log_.open(kWebhook, 1, 0)), (Sequences{5, 6, 7}));
    EXPECT_EQ(sequences_of(log_.open(kWebhook, 8, 0)), Sequences{});
    EXPECT_EQ(sequences_of(all()), (Sequences{5}));
}

TEST_F(WebhookStoresTest, WhatIsMadeDueKeepsTheRest) {
    auto failed = make(6, DeliveryStatus::failed);
    log_.write({{kWebhook, failed}});
    log_.make_due(kWebhook);
    failed.next_attempt_at.reset();
    EXPECT_EQ(all(), std::vector{failed});
}

TEST_F(WebhookStoresTest, WebhooksDoNotShareRows) {
    (void)log_.open(kWebhook, 1, 0);
    log_.write(
        {{kWebhook, make(1, DeliveryStatus::failed)}, {kOther, make(1, DeliveryStatus::failed)}}
    );
    log_.erase(kWebhook);
    EXPECT_EQ(all().size(), 0U);
    EXPECT_EQ(all(kOther).size(), 1U);
}

TEST_F(WebhookStoresTest, ADamagedRowIsReported) {
    const auto row = rows::encode(Progress{});
    for (const auto& damaged : {std::string(), row.substr(1), row + "x", "\x02" + row.substr(1)}) {
        EXPECT_THROW((void)rows::decode_progress(damaged), ledger::StorageError);
    }
    const auto key = rows::delivery_key(kWebhook, 1);
    EXPECT_THROW((void)rows::decode_delivery(key, "x"), ledger::StorageError);
}

}  // namespace
}  // namespace consularia::reactions::webhooks
