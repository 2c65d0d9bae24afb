// Rows of deliveries that nodes tell each other: who knows more is believed.

#include "infra/kafka/shared_deliveries.hpp"

#include "infra/kafka/progress_codec.hpp"
#include "reactions/webhooks/deliveries.hpp"
#include "reactions/webhooks/row_codec.hpp"
#include "reactions/webhooks/table.hpp"
#include "tests/support/memory_store.hpp"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <vector>

namespace consularia::infra::kafka {
namespace {

namespace rows = reactions::webhooks::rows;
using reactions::webhooks::Delivery;
using reactions::webhooks::DeliveryStatus;

constexpr domain::WebhookId kWebhook{{1}};

Delivery make(DeliveryStatus status, std::uint32_t attempts, ledger::Sequence start = 1) {
    return {.sequence = 5, .start = start, .type = "a", .status = status, .attempts = attempts};
}

class SharedDeliveriesTest : public testing::Test {
  protected:
    void tell(const Delivery& row) {
        shared_.take_over(
            {{format_row_key(rows::delivery_key(kWebhook, row.sequence)), rows::encode(row)}}
        );
    }

    std::vector<Delivery> kept() {
        return reactions::webhooks::list_deliveries(*own_.snapshot(), kWebhook);
    }

    test::MemoryStore own_{count_of<reactions::webhooks::Table>()};
    ProgressBoard board_{7};
    SharedDeliveries shared_{own_, board_};
};

TEST_F(SharedDeliveriesTest, WhatIsWrittenIsTold) {
    reactions::webhooks::DeliveryLog log(shared_);
    const auto row = make(DeliveryStatus::failed, 1);
    log.write({{kWebhook, row}});
    EXPECT_EQ(kept(), std::vector{row});
    const std::stop_source never;
    auto told = board_.take(never.get_token());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].key, kWebhook.to_string() + "/event 5");
    EXPECT_EQ(told[0].value, rows::encode(row));
    board_.settle();
    log.erase(kWebhook);
    told = board_.take(never.get_token());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].value, std::nullopt);
}

TEST_F(SharedDeliveriesTest, WhatOthersTellIsKeptUnlessThisNodeKnowsMore) {
    const std::vector<Delivery> more_and_more{
        make(DeliveryStatus::pending, 0),
        make(DeliveryStatus::failed, 1),
        make(DeliveryStatus::failed, 2),
        make(DeliveryStatus::delivered, 1),
        make(DeliveryStatus::delivered, 3),
        make(DeliveryStatus::failed, 1, 2)};
    for (const auto& row : more_and_more) {
        tell(row);
        EXPECT_EQ(kept(), std::vector{row});
        for (const auto& known_before : more_and_more) {
            if (known_before == row) break;
            tell(known_before);
            EXPECT_EQ(kept(), std::vector{row});
        }
    }
}

TEST_F(SharedDeliveriesTest, WhatOthersForgetIsForgottenAndWhatNoNodeWritesIsSkipped) {
    const auto row = make(DeliveryStatus::delivered, 1);
    tell(row);
    const auto key = format_row_key(rows::delivery_key(kWebhook, 5));
    shared_.take_over({{key, "no row"}, {"no key", rows::encode(row)}});
    EXPECT_EQ(kept(), std::vector{row});
    shared_.take_over({{key, std::nullopt}});
    EXPECT_TRUE(kept().empty());
}

}  // namespace
}  // namespace consularia::infra::kafka
