#include "domain/webhook/decide.hpp"
#include "domain/webhook/evolve.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>
#include <vector>

namespace consularia::domain {
namespace {

using namespace samples;

using Events = std::vector<WebhookEvent>;
using Outcome = std::variant<Events, Rejection>;

const WebhooksId kAll{organization_id().bytes};

Outcome happens(Events events) {
    return events;
}

Outcome nothing_happens() {
    return Events{};
}

Outcome refused(Rejection why) {
    return why;
}

WebhookRegistered registered(std::uint32_t number = 1) {
    return {webhook_id(number), webhook_settings(number)};
}

/// Events with the sequences 10, 11, 12 …
Webhooks given(const Events& events) {
    Webhooks state;
    std::uint64_t sequence = 10;
    for (const auto& event : events) {
        auto evolved = evolve(std::move(state), event, {kAll, 0, kBefore, sequence++});
        if (!evolved) {
            ADD_FAILURE() << "event " << event.index() << " is impossible here";
            return {};
        }
        state = *std::move(evolved);
    }
    return state;
}

/// The only one.
Webhook one(const Events& events) {
    return given(events).all.at(0);
}

Outcome when(const Webhooks& state, const WebhookCommand& command) {
    auto decision = decide(state, command, kAfter);
    if (!decision) return decision.error();
    if (!decision->has_value()) return Events{};
    return Events{**std::move(decision)};
}

bool possible(const Webhooks& state, const WebhookEvent& event) {
    return evolve(state, event, {kAll, 0, kAfter, 100}).has_value();
}

Webhooks with_webhooks(std::size_t count) {
    Events events;
    for (std::uint32_t i = 1; i <= count; ++i) events.emplace_back(registered(i));
    return given(events);
}

UpdateWebhook update(std::optional<bool> active = {}) {
    return {webhook_id(), {}, {}, {}, {}, {}, active};
}

WebhookUpdated status_changed(WebhookStatus from, WebhookStatus to) {
    return {webhook_id(), {}, {}, {}, {}, Change<WebhookStatus>{from, to}};
}

TEST(Webhook, IsRegisteredAndDeliversWhatComesAfterThat) {
    const RegisterWebhook command{webhook_id(), webhook_settings()};
    EXPECT_EQ(when({}, command), happens({registered()}));
    const Webhook expected{webhook_id(), webhook_settings(), kBefore, 1, std::nullopt, {10, 10}, 1};
    EXPECT_EQ(one({registered()}), expected);
}

TEST(Webhook, IsRegisteredOnceHoweverOftenAsked) {
    const RegisterWebhook command{webhook_id(2), webhook_settings(7)};
    EXPECT_EQ(when(with_webhooks(2), command), nothing_happens());
    EXPECT_EQ(when(with_webhooks(limits::kWebhooks.accepted), command), nothing_happens());
}

TEST(Webhook, IsNotRegisteredBeyondTheTwentieth) {
    const RegisterWebhook command{webhook_id(500), webhook_settings(500)};
    const auto most = limits::kWebhooks.accepted;
    EXPECT_EQ(when(with_webhooks(most - 1), command), happens({registered(500)}));
    EXPECT_EQ(when(with_webhooks(most), command), refused(TooManyWebhooks{}));
    auto state = evolve(with_webhooks(most), WebhookDeleted{webhook_id(3)}, {kAll, 0, kAfter, 99});
    EXPECT_EQ(when(*state, command), happens({registered(500)}));
}

TEST(Webhook, ThatIsUnknownIsNotFound) {
    const auto state = with_webhooks(1);
    const auto not_found = refused(NotFound{"Webhook"});
    EXPECT_EQ(when(state, UpdateWebhook{webhook_id(9), {}, {}, {}, {}, {}, true}), not_found);
    EXPECT_EQ(when(state, RotateWebhookSecret{webhook_id(9), {}, 1, {}}), not_found);
    EXPECT_EQ(when(state, ReplayWebhook{webhook_id(9), {}, 10, 0}), not_found);
    EXPECT_EQ(when(state, DeleteWebhook{webhook_id(9), {}}), not_found);
    EXPECT_EQ(when(state, DeactivateWebhook{webhook_id(9), 1}), nothing_happens());
}

TEST(Webhook, ChangesWhatIsGivenAndDifferent) {
    const auto state = given({registered()});
    const auto settings = webhook_settings();
    auto command = update();
    EXPECT_EQ(when(state, command), nothing_happens());
    command = {
        webhook_id(),
        {},
        settings.url,
        settings.types,
        settings.description,
        settings.payload,
        true};
    EXPECT_EQ(when(state, command), nothing_happens());

    const auto url = make_url("https://example.org/other");
    const auto types = make_types({"a", "b"});
    const auto description = WebhookDescription::parse("Billing").value();
    command = {webhook_id(), {}, url, types, description, WebhookPayload::thin, false};
    const WebhookUpdated updated{
        webhook_id(),
        Change<WebhookUrl>{settings.url, url},
        Change<WebhookTypes>{settings.types, types},
        Change<WebhookDescription>{settings.description, description},
        Change<WebhookPayload>{WebhookPayload::full, WebhookPayload::thin},
        Change<WebhookStatus>{WebhookStatus::active, WebhookStatus::inactive}};
    EXPECT_EQ(when(state, command), happens({updated}));
    const auto after = one({registered(), updated});
    const WebhookSettings expected{
        url, types, description, WebhookPayload::thin, WebhookStatus::inactive};
    EXPECT_EQ(after.settings, expected);
    EXPECT_EQ(after.version, 2U);
    EXPECT_EQ(after.start, (DeliveryStart{10, 10})) << "a change does not move the delivery";
}

TEST(Webhook, IsGoneWhenItsEndpointSaysSoAndStaysSoUntilItIsActivated) {
    const auto gone = status_changed(WebhookStatus::active, WebhookStatus::gone);
    EXPECT_EQ(when(given({registered()}), DeactivateWebhook{webhook_id(), 1}), happens({gone}));
    const auto state = given({registered(), gone});
    EXPECT_EQ(when(state, DeactivateWebhook{webhook_id(), 2}), nothing_happens());
    EXPECT_EQ(when(state, update(false)), nothing_happens());
    const auto active = status_changed(WebhookStatus::gone, WebhookStatus::active);
    EXPECT_EQ(when(state, update(true)), happens({active}));
}

TEST(Webhook, IsNotGoneByAnAnswerToAnEarlierVersionOfIt) {
    const auto off = status_changed(WebhookStatus::active, WebhookStatus::inactive);
    const auto on = status_changed(WebhookStatus::inactive, WebhookStatus::active);
    const auto state = given({registered(), off, on});
    EXPECT_EQ(when(state, DeactivateWebhook{webhook_id(), 1}), nothing_happens());
}

TEST(Webhook, IsChangedOnlyInTheVersionThatIsExpected) {
    const auto state = given({registered(), WebhookReplayed{webhook_id(), 3}});
    const auto mismatch = refused(VersionMismatch{});
    auto command = update(false);
    command.expected = {1, 3};
    EXPECT_EQ(when(state, command), mismatch);
    EXPECT_EQ(when(state, RotateWebhookSecret{webhook_id(), {{1}}, 1, {}}), mismatch);
    EXPECT_EQ(when(state, ReplayWebhook{webhook_id(), {{1}}, 11, 0}), mismatch);
    EXPECT_EQ(when(state, DeleteWebhook{webhook_id(), {{}}}), mismatch);
    EXPECT_EQ(
        when(state, DeleteWebhook{webhook_id(), {{1, 2}}}), happens({WebhookDeleted{webhook_id()}})
    );
}

TEST(Secret, IsRotatedOnceByThoseWhoHaveSeenTheSame) {
    const auto state = given({registered()});
    const RotateWebhookSecret command{webhook_id(), {}, 1, std::chrono::hours(1)};
    const WebhookSecretRotated rotated{webhook_id(), 2, kAfter + std::chrono::hours(1)};
    EXPECT_EQ(when(state, command), happens({rotated}));
    const auto after = given({registered(), rotated});
    EXPECT_EQ(when(after, command), nothing_happens());
    EXPECT_EQ(after.all[0].generation, 2U);
    EXPECT_EQ(after.all[0].previous_signs_until, rotated.previous_signs_until);
}

TEST(Secret, NeverSignsLongerThanTheLastMoment) {
    const RotateWebhookSecret command{
        webhook_id(),
        {},
        1,
        std::chrono::duration_cast<std::chrono::microseconds>(kLatest - kAfter)};
    const auto decided = decide(given({registered()}), command, kLatest);
    ASSERT_TRUE(decided && *decided);
    EXPECT_EQ(std::get<WebhookSecretRotated>(**decided).previous_signs_until, kLatest);
}

TEST(Replay, SetsTheStartAndCountsAsALaterOne) {
    const WebhookReplayed back{webhook_id(), 3};
    EXPECT_EQ(when(given({registered()}), ReplayWebhook{webhook_id(), {}, 10, 3}), happens({back}));
    EXPECT_EQ(one({registered(), back}).start, (DeliveryStart{11, 3}));
    EXPECT_LT(one({registered()}).start, one({registered(), back}).start);
}

TEST(Replay, HappensAgainOnlyForThoseWhoHaveSeenTheLastOne) {
    const auto state = given({registered(), WebhookReplayed{webhook_id(), 3}});
    EXPECT_EQ(when(state, ReplayWebhook{webhook_id(), {}, 10, 3}), nothing_happens());
    const auto again = happens({WebhookReplayed{webhook_id(), 3}});
    EXPECT_EQ(when(state, ReplayWebhook{webhook_id(), {}, 11, 3}), again);
    const auto other = happens({WebhookReplayed{webhook_id(), 4}});
    EXPECT_EQ(when(state, ReplayWebhook{webhook_id(), {}, 10, 4}), other);
}

TEST(ImpossibleForWebhooks, IsAnythingButARegistrationOfWhatIsUnknown) {
    EXPECT_FALSE(possible({}, status_changed(WebhookStatus::active, WebhookStatus::gone)));
    EXPECT_FALSE(possible({}, WebhookSecretRotated{webhook_id(), 2, kAfter}));
    EXPECT_FALSE(possible({}, WebhookReplayed{webhook_id(), 0}));
    EXPECT_FALSE(possible({}, WebhookDeleted{webhook_id()}));
}

TEST(ImpossibleForWebhooks, IsARegistrationTwiceOrBeyondTheTwentieth) {
    EXPECT_FALSE(possible(with_webhooks(1), registered(1)));
    EXPECT_TRUE(possible(with_webhooks(limits::kWebhooks.stored - 1), registered(500)));
    EXPECT_FALSE(possible(with_webhooks(limits::kWebhooks.stored), registered(500)));
}

TEST(ImpossibleForWebhooks, IsAChangeOfAnotherValueAndASkippedSecret) {
    const auto state = with_webhooks(1);
    EXPECT_TRUE(possible(state, status_changed(WebhookStatus::active, WebhookStatus::gone)));
    EXPECT_FALSE(possible(state, status_changed(WebhookStatus::inactive, WebhookStatus::gone)));
    EXPECT_TRUE(possible(state, WebhookSecretRotated{webhook_id(), 2, kAfter}));
    EXPECT_FALSE(possible(state, WebhookSecretRotated{webhook_id(), 1, kAfter}));
    EXPECT_FALSE(possible(state, WebhookSecretRotated{webhook_id(), 3, kAfter}));
}

TEST(WebhookTypes, AreDifferentAndNotTooMany) {
    std::vector<EventTypeName> names;
    for (std::size_t i = 0; i < limits::kWebhookTypes.accepted; ++i) {
        names.push_back(EventTypeName::parse("type " + std::to_string(i)).value());
    }
    const auto types = WebhookTypes::accept(names);
    ASSERT_TRUE(types);
    EXPECT_EQ(types->names(), names);
    EXPECT_TRUE(WebhookTypes::parse(names));
    names.back() = names.front();
    EXPECT_FALSE(WebhookTypes::accept(names));
    names.back() = EventTypeName::parse("x").value();
    names.push_back(EventTypeName::parse("y").value());
    EXPECT_FALSE(WebhookTypes::accept(names));
    EXPECT_FALSE(WebhookTypes::parse(names));
}

TEST(WebhookTypes, IncludeAllIfThereIsNone) {
    EXPECT_TRUE(WebhookTypes().include("anything"));
    const auto types = make_types({"a.v1", "b.v1"});
    EXPECT_TRUE(types.include("b.v1"));
    EXPECT_FALSE(types.include("b.v2"));
}

}  // namespace
}  // namespace consularia::domain
