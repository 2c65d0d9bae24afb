// What each event of a webhook does to the rows.
#include "projections/webhook_rows.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/aggregate_rows.hpp"
#include "projections/webhook_codec.hpp"
#include "projections/webhooks.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using domain::WebhookDeleted;
using domain::WebhookRegistered;
using domain::WebhookReplayed;

WebhookRegistered registered(std::uint32_t number) {
    return {webhook_id(number), webhook_settings(number)};
}

class WebhookRows : public testing::Test {
  protected:
    WebhookRows() { node_.apply(history_.create()); }

    domain::Webhooks webhooks() { return find_webhooks(node_.reader(), organization_); }

    History history_;
    domain::OrganizationId organization_ = history_.organization();
    Node node_;
};

TEST_F(WebhookRows, ARegistrationIsFoundWithItsSequenceAndTime) {
    const auto judged = node_.apply(history_.add(registered(1)));
    EXPECT_TRUE(judged.fact && !judged.frozen);
    const auto time = history_.head().time;
    const domain::Webhooks expected{
        {{webhook_id(1), webhook_settings(1), time, 1, std::nullopt, {2, 2}, 1}}};
    EXPECT_EQ(webhooks(), expected);
    EXPECT_EQ(judged.state, ledger::State(expected));
    RecentAppointments none(0);
    const domain::WebhooksId id{organization_.bytes};
    EXPECT_EQ(read_state(node_.reader(), none, organization_, id), ledger::State(expected));
}

TEST_F(WebhookRows, AreInTheOrderOfRegistration) {
    node_.apply({history_.add(registered(9)), history_.add(registered(1))});
    node_.apply(history_.add(registered(5)));
    std::vector<domain::WebhookId> ids;
    for (const auto& webhook : webhooks().all) ids.push_back(webhook.id);
    EXPECT_EQ(ids, (std::vector{webhook_id(9), webhook_id(1), webhook_id(5)}));
}

TEST_F(WebhookRows, OfTheLastDeletedWebhookIsNothingLeftButTheChanges) {
    node_.apply({history_.add(registered(1)), history_.add(WebhookDeleted{webhook_id(1)})});
    EXPECT_EQ(webhooks(), domain::Webhooks{});
    EXPECT_EQ(node_.count(Table::webhooks), 0U);
    EXPECT_EQ(node_.count(Table::webhook_changes), 1U);
}

TEST_F(WebhookRows, KeepAWebhookAsOfEachOfItsFacts) {
    node_.apply({history_.add(registered(1)), history_.add(registered(2))});
    const auto first = webhooks().all.at(0);
    node_.apply(history_.add(WebhookReplayed{webhook_id(1), 0}));
    const auto second = webhooks().all.at(0);
    EXPECT_NE(first, second);
    node_.apply(history_.add(WebhookDeleted{webhook_id(1)}));
    const auto as_of = [&](ledger::Sequence sequence) {
        return find_webhook_as_of(node_.reader(), organization_, sequence);
    };
    EXPECT_EQ(as_of(1), std::nullopt) << "it is not about a webhook";
    EXPECT_EQ(as_of(2), domain::Webhooks{{first}});
    EXPECT_EQ(as_of(4), domain::Webhooks{{second}});
    EXPECT_EQ(as_of(5), std::nullopt) << "it was deleted";
}

TEST_F(WebhookRows, OfAnImpossibleEventFreezeTheOrganization) {
    EXPECT_TRUE(node_.apply(history_.add(WebhookDeleted{webhook_id(1)})).frozen);
}

TEST_F(WebhookRows, NameTheOrganizationsThatHaveWebhooks) {
    std::vector<domain::OrganizationId> all;
    for (std::uint32_t number = 1; number <= 5; ++number) {
        History history(10 + number);
        node_.apply({history.create(), history.add(registered(1))});
        all.push_back(history.organization());
    }
    EXPECT_EQ(organizations_with_webhooks(node_.reader(), std::nullopt, 9), all);
    const std::vector<domain::OrganizationId> two(all.begin() + 2, all.begin() + 4);
    EXPECT_EQ(organizations_with_webhooks(node_.reader(), all[1], 2), two);
    EXPECT_TRUE(organizations_with_webhooks(node_.reader(), all[4], 9).empty());
}

TEST(WebhookRow, HoldsEveryValueOfAWebhook) {
    auto settings = webhook_settings(3);
    settings.types = make_types({"a", "b"});
    settings.payload = domain::WebhookPayload::thin;
    settings.status = domain::WebhookStatus::gone;
    const domain::Webhooks webhooks{
        {{webhook_id(3), settings, kStart, 7, kEnd, {12, 4}, 9},
         {webhook_id(4), webhook_settings(4), kBefore, 1, std::nullopt, {2, 2}, 1}}};
    const auto row = encode_webhooks(webhooks);
    EXPECT_EQ(decode_webhooks(row), webhooks);
    EXPECT_THROW(static_cast<void>(decode_webhooks(row + "x")), ledger::StorageError);
    for (std::size_t size = 0; size < row.size(); ++size) {
        EXPECT_THROW(static_cast<void>(decode_webhooks(row.substr(0, size))), ledger::StorageError);
    }
}

}  // namespace
}  // namespace consularia::projections
