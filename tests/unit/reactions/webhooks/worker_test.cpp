// Webhooks get the events of their organization, whatever they answer and whatever happens here.
#include "tests/unit/reactions/webhooks/engine.hpp"

namespace consularia::reactions::webhooks {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

TEST_F(EngineTest, WhatHappensAfterTheRegistrationIsDelivered) {
    run(test::schedule(1, 1));
    register_webhook(1);  // sequence 3
    EXPECT_EQ(waiting(), Texts{});
    run(test::schedule(1, 2));
    worker_->pass();
    ASSERT_EQ(waiting(), Texts{"4"});
    EXPECT_EQ(sender_.waiting[0].post.url, url_of(1));
    EXPECT_EQ(sender_.waiting[0].id(), webhook_id(1).to_string() + ".4");
    EXPECT_EQ(
        sender_.waiting[0].post.body,
        ledger::readable_event(*node_.journal().fact(samples::organization_id(1), 4)).json
    );
    EXPECT_EQ(delivery(4).status, DeliveryStatus::pending);
    EXPECT_EQ(progress().cursor, (Cursor{3, 3}));
    answer(200);
    EXPECT_EQ(progress(), (Progress{{3, 4}, EndpointState::ok, std::nullopt}));
    EXPECT_EQ(delivery(4).status, DeliveryStatus::delivered);
    EXPECT_EQ(delivery(4).last_status, 200);
    EXPECT_EQ(delivery(4).last_body, "body");
    EXPECT_EQ(delivery(4).type, "dev.consularia.appointment.scheduled.v1");
}

TEST_F(EngineTest, ATypesFilterLeavesOutTheRestAndAThinPayloadTheData) {
    auto wanted = settings(url_of(1));
    wanted.types = domain::WebhookTypes::accept(
                       {*domain::EventTypeName::parse("dev.consularia.appointment.deleted.v1")}
    )
                       .value();
    wanted.payload = domain::WebhookPayload::thin;
    run(domain::RegisterWebhook{webhook_id(1), wanted});
    look();
    run(test::schedule(1, 1));
    run(test::remove(1, 1));  // 4
    run(test::schedule(1, 2));
    worker_->pass();
    EXPECT_EQ(waiting(), Texts{"4"});
    EXPECT_EQ(sender_.waiting[0].post.body.find("\"data\""), std::string::npos);
    EXPECT_EQ(progress().cursor.position, 3U);
    answer(204);
    EXPECT_EQ(progress().cursor.position, 5U);
}

TEST_F(EngineTest, AFailedOneIsTriedAgainAndHoldsUpItsAppointmentAlone) {
    register_webhook(1);
    run(test::schedule(1, 1));  // 3
    run(test::rename(1, 1, "New"));
    run(test::schedule(1, 2));  // 5
    worker_->pass();
    ASSERT_EQ(waiting(), (Texts{"3", "5"}));
    answer(503);
    EXPECT_EQ(delivery(3).status, DeliveryStatus::failed);
    EXPECT_EQ(delivery(3).last_status, 503);
    EXPECT_EQ(delivery(3).next_attempt_at, clock_.now() + 5s);
    EXPECT_EQ(progress().state, EndpointState::retrying);
    answer(200);
    EXPECT_EQ(progress().cursor.position, 2U);
    clock_.advance(5s);
    worker_->pass();
    ASSERT_EQ(waiting(), Texts{"3"});
    sender_.take().handler(tl::unexpected<std::string>("No answer within 15 s."));
    worker_->pass();
    EXPECT_EQ(delivery(3).last_error, "No answer within 15 s.");
    EXPECT_FALSE(delivery(3).last_status);
    EXPECT_EQ(delivery(3).attempts, 2U);
    clock_.advance(5min);
    worker_->pass();
    EXPECT_EQ(deliver_all(), (Texts{"3", "4"}));
    EXPECT_EQ(progress().cursor.position, 5U);
    EXPECT_EQ(attempts_, 5U);
}

TEST_F(EngineTest, ARestartSkipsNothingAndDoublesWhatWasInFlight) {
    register_webhook(1);
    for (std::uint32_t number = 1; number <= 6; ++number) run(test::schedule(1, number));
    worker_->pass();
    ASSERT_EQ(waiting(), (Texts{"3", "4", "5", "6"}));
    sender_.waiting.erase(sender_.waiting.begin());  // never answered
    answer(200);
    EXPECT_EQ(progress().cursor.position, 2U);
    restart();
    EXPECT_EQ(deliver_all(), (Texts{"3", "5", "6", "7", "8"}));
    EXPECT_EQ(progress().cursor.position, 8U);
}

TEST_F(EngineTest, ARestartKeepsWhenAFailedOneIsTriedAgain) {
    register_webhook(1);
    run(test::schedule(1, 1));
    worker_->pass();
    answer(500);
    clock_.advance(5s);
    worker_->pass();
    answer(500);
    restart();
    EXPECT_EQ(waiting(), Texts{});
    clock_.advance(5min - 1s);
    worker_->pass();
    EXPECT_EQ(waiting(), Texts{});
    clock_.advance(1s);
    worker_->pass();
    EXPECT_EQ(waiting(), Texts{"3"});
}

TEST_F(EngineTest, AnEndpointThatHangsHoldsUpItselfAlone) {
    run(test::create_organization(2));
    register_webhook(1);
    register_webhook(2, 2);
    for (std::uint32_t number = 1; number <= 20; ++number) {
        run(test::schedule(1, number));
        run(test::schedule(2, 100 + number));
    }
    worker_->pass();
    for (int i = 0; i < 20; ++i) answer(200, url_of(2));
    EXPECT_EQ(progress(2).cursor.position, 22U);
    EXPECT_EQ(progress(1).cursor.position, 2U);
    EXPECT_EQ(waiting().size(), 4U);
}

TEST_F(EngineTest, APostIsLeftToOthersByOneOrganizationAndByEndpointsInTrouble) {
    WorkerLimits limits;
    limits.slots = {.all = 6, .of_organization = 5, .in_trouble = 1};
    worker_ = make_worker(limits);
    run(test::create_organization(2));
    register_webhook(1);
    register_webhook(2);
    register_webhook(3, 2);
    (void)deliver_all();
    for (std::uint32_t number = 1; number <= 4; ++number) run(test::schedule(1, number));
    worker_->pass();
    EXPECT_EQ(waiting().size(), 5U);
    run(test::schedule(2, 100));
    worker_->pass();
    EXPECT_EQ(waiting().size(), 6U);
    while (!sender_.waiting.empty()) answer(500);
    // All are in trouble: one post at a time, of all together.
    clock_.advance(5min);
    worker_->pass();
    EXPECT_EQ(waiting().size(), 1U);
    EXPECT_EQ(deliver_all().size(), 4U + 4U + 1U);
}

TEST_F(EngineTest, GoneDeactivatesAndAnActivationDeliversTheRestAtOnce) {
    register_webhook(1);
    run(test::schedule(1, 1));  // 3
    worker_->pass();
    answer(410);
    EXPECT_EQ(webhook().settings.status, domain::WebhookStatus::gone);
    worker_->pass();
    run(test::schedule(1, 2));  // 5, after the deactivation
    clock_.advance(24h);
    look();
    EXPECT_EQ(waiting(), Texts{});
    EXPECT_EQ(delivery(3).status, DeliveryStatus::failed);
    EXPECT_EQ(delivery(3).last_status, 410);
    EXPECT_FALSE(delivery(3).next_attempt_at);
    auto activation = update(1);
    activation.active = true;
    run(activation);
    look();
    EXPECT_EQ(deliver_all(), (Texts{"3", "4", "5", "6"}));
}

TEST_F(EngineTest, NothingIsSentToADeletedOneAndNothingIsKeptOfIt) {
    register_webhook(1);
    run(test::schedule(1, 1));
    worker_->pass();
    run(domain::DeleteWebhook{webhook_id(1), {}});
    look();
    answer(500);
    look();
    EXPECT_EQ(waiting(), Texts{});
    EXPECT_FALSE(progress_.find(webhook_id(1)));
    EXPECT_TRUE(list_deliveries(*kept_.snapshot(), webhook_id(1)).empty());
    EXPECT_TRUE(worker_->readings().empty());
}

TEST_F(EngineTest, WhatIsKeptOfOneThatWasDeletedMeanwhileIsGoneAfterTheNextStart) {
    register_webhook(1);
    register_webhook(2);
    run(test::schedule(1, 1));
    look();
    worker_.reset();
    run(domain::DeleteWebhook{webhook_id(1), {}});
    synced_ = false;
    worker_ = make_worker();
    look();
    EXPECT_TRUE(progress_.find(webhook_id(1))) << "this node may not know all webhooks";
    synced_ = true;
    clock_.advance(std::chrono::minutes(1));
    look();
    EXPECT_FALSE(progress_.find(webhook_id(1)));
    EXPECT_TRUE(list_deliveries(*kept_.snapshot(), webhook_id(1)).empty());
    EXPECT_TRUE(progress_.find(webhook_id(2)));
    EXPECT_FALSE(list_deliveries(*kept_.snapshot(), webhook_id(2)).empty());
}

TEST_F(EngineTest, AReplayBeginsWhereItIsTold) {
    register_webhook(1);
    for (std::uint32_t number = 1; number <= 3; ++number) run(test::schedule(1, number));
    worker_->pass();
    EXPECT_EQ(deliver_all(), (Texts{"3", "4", "5"}));
    run(domain::ReplayWebhook{webhook_id(1), {}, 2, 3});
    look();
    EXPECT_EQ(deliver_all(), (Texts{"4", "5", "6"}));
    EXPECT_EQ(progress().cursor, (Cursor{6, 6}));
}

TEST_F(EngineTest, WhatIsAnotherNodesIsNeitherSentNorSaved) {
    register_webhook(1);
    run(test::schedule(1, 1));
    worker_->pass();
    ours_ = false;
    progress_.save(webhook_id(1), {.cursor = {2, 9}});
    answer(200);
    look();
    EXPECT_EQ(progress().cursor.position, 9U);
    EXPECT_TRUE(worker_->readings().empty());
    ours_ = true;
    for (std::uint32_t number = 2; number <= 9; ++number) run(test::schedule(1, number));
    look();
    EXPECT_EQ(deliver_all(), (Texts{"10", "11"}));
}

TEST_F(EngineTest, ANewUrlIsTriedAtOnce) {
    register_webhook(1);
    run(test::schedule(1, 1));
    worker_->pass();
    answer(500);
    auto move = update(1);
    move.url = domain::WebhookUrl::parse("https://new.example/");
    run(move);
    look();
    ASSERT_EQ(waiting(), Texts{"3"});
    EXPECT_EQ(sender_.waiting[0].post.url, "https://new.example/");
}

TEST_F(EngineTest, TheWindowBoundsWhatIsKnownAndWhatIsKept) {
    register_webhook(1);
    for (std::uint32_t number = 1; number <= 300; ++number) run(test::schedule(1, number));
    for (int i = 0; i < 10; ++i) worker_->pass();
    EXPECT_EQ(list_deliveries(*kept_.snapshot(), webhook_id(1)).size(), 256U);
    EXPECT_EQ(worker_->readings().at(0).lag, 300U);
    EXPECT_EQ(deliver_all().size(), 300U);
    EXPECT_EQ(worker_->readings().at(0).lag, 0U);
}

TEST_F(EngineTest, AnAttemptThatIsAskedForIsMadeAtOnceWhateverTheStatus) {
    register_webhook(1);
    run(test::schedule(1, 1));
    worker_->pass();
    answer(500);
    std::optional<Delivery> done;
    const auto try_again = [&] {
        ASSERT_TRUE(worker_->try_now(
            {samples::organization_id(1), webhook(), 3, [&](auto delivery) { done = *delivery; }}
        ));
        worker_->pass();
    };
    try_again();
    ASSERT_EQ(waiting(), Texts{"3"});
    answer(200);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->status, DeliveryStatus::delivered);
    EXPECT_EQ(done->attempts, 2U);
    EXPECT_EQ(progress(), (Progress{{2, 3}, EndpointState::ok, std::nullopt}));
    try_again();
    answer(500);
    EXPECT_EQ(done->status, DeliveryStatus::delivered);
    EXPECT_EQ(done->last_status, 500);
    EXPECT_EQ(delivery(3), *done);
    EXPECT_EQ(progress().state, EndpointState::ok);
}

TEST_F(EngineTest, ATestIsSentOnceAndKeptNowhere) {
    register_webhook(1);
    std::optional<Delivery> done;
    ASSERT_TRUE(worker_->try_now({samples::organization_id(1), webhook(), {}, [&](auto delivery) {
                                      done = *delivery;
                                  }}));
    worker_->pass();
    ASSERT_EQ(waiting().size(), 1U);
    EXPECT_NE(
        sender_.waiting[0].post.body.find("\"type\":\"dev.consularia.webhook.test\""),
        std::string::npos
    );
    answer(404);
    EXPECT_EQ(done->last_status, 404);
    EXPECT_TRUE(list_deliveries(*kept_.snapshot(), webhook_id(1)).empty());
    EXPECT_EQ(progress().state, EndpointState::ok);
}

TEST_F(EngineTest, AttemptsThatAreAskedForAreFewAtOnce) {
    register_webhook(1);
    const auto ask = [&](std::optional<ledger::Sequence> sequence) {
        return worker_->try_now({samples::organization_id(1), webhook(), sequence, [](auto) {}});
    };
    for (std::size_t i = 0; i < WorkerLimits{}.requests; ++i) ASSERT_TRUE(ask(std::nullopt));
    EXPECT_FALSE(ask(std::nullopt));
    worker_->pass();
    answer(200);
    EXPECT_TRUE(ask(99));  // no such event
    worker_->pass();
    EXPECT_TRUE(ask(std::nullopt));
}

TEST_F(EngineTest, StoppingTakesTheAnswersThatComeAndRefusesNewAttempts) {
    register_webhook(1);
    run(test::schedule(1, 1));
    WorkerLimits limits;
    limits.drain = 0ms;
    worker_ = make_worker(limits);
    worker_->pass();
    ASSERT_EQ(waiting(), Texts{"3"});
    sender_.take().handler(Posted{200, "", std::nullopt});
    worker_->start();
    worker_->stop();
    EXPECT_EQ(progress().cursor.position, 3U);
    EXPECT_FALSE(worker_->try_now({samples::organization_id(1), webhook(), 3, [](auto) {}}));
}

}  // namespace
}  // namespace consularia::reactions::webhooks
