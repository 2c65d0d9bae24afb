#include "ledger/commands/overlay.hpp"

#include "ledger/commands/decision.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <variant>

namespace consularia::ledger {
namespace {

using namespace test;

/// On the settled state: organization 1 with appointment 7, and the key "old".
class OverlayTest : public testing::Test {
  protected:
    OverlayTest() {
        node.ask(create_organization());
        node.ask(with_key(schedule(1, 7), "old"));
        settled = node.store.read();
        overlay.emplace(*settled);
    }

    /// Decides the command on the overlay and puts its record on top.
    Sealed put(const Submission& submission) {
        auto decision = decide(
            samples::codec(WriteFormat::verbatim),
            submission,
            *overlay,
            clock.now(),
            std::chrono::seconds(1)
        );
        Sealed sealed = std::get<Sealed>(std::move(decision));
        overlay->add(sealed.record, sealed.hash);
        return sealed;
    }

    const domain::OrganizationId organization = samples::organization_id(1);
    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    std::unique_ptr<StateReader> settled;
    std::optional<Overlay> overlay;
};

TEST_F(OverlayTest, WithoutRecordsItIsTheSettledState) {
    const auto appointment = samples::appointment_id(7);
    EXPECT_EQ(overlay->head(organization), settled->head(organization));
    EXPECT_EQ(
        overlay->state_of(organization, organization), settled->state_of(organization, organization)
    );
    EXPECT_EQ(
        overlay->state_of(organization, appointment), settled->state_of(organization, appointment)
    );
    const auto old = "admin " + samples::codec().forms_of(organization, "old").hashed;
    EXPECT_EQ(overlay->remembered(organization, old)->sequence, 2);
    EXPECT_FALSE(overlay->remembered(organization, "admin new"));
    EXPECT_FALSE(overlay->frozen(organization));
}

TEST_F(OverlayTest, ARecordMovesTheHeadAndItsAppointmentOnly) {
    const Sealed sealed = put(rename(1, 7, "Pending"));
    EXPECT_EQ(overlay->head(organization), (Head{3, sealed.hash, sealed.record.time}));
    const auto changed = overlay->state_of(organization, samples::appointment_id(7));
    EXPECT_EQ(domain::details_of(changed)->title.value(), "Pending");
    EXPECT_EQ(domain::version_of(changed), 2);

    EXPECT_EQ(
        overlay->state_of(organization, organization), settled->state_of(organization, organization)
    );
    EXPECT_EQ(settled->head(organization).sequence, 2);
    EXPECT_EQ(node.title(1, 7), "Consultation");
}

TEST_F(OverlayTest, RecordsBuildOnEachOther) {
    const Sealed first = put(rename(1, 7, "First"));
    const Sealed second = put(remove(1, 7));
    EXPECT_EQ(second.record.sequence, 4);
    EXPECT_EQ(second.record.prevhash, first.hash);
    EXPECT_GT(second.record.time, first.record.time);
    EXPECT_EQ(std::get<AppointmentRecordEvent>(second.record.event).version, 3);
    EXPECT_EQ(
        overlay->state_of(organization, samples::appointment_id(7)),
        domain::Appointment(domain::Absent{})
    );
}

TEST_F(OverlayTest, TokensAreIssuedAndRevoked) {
    put(submission(1, domain::IssueToken{samples::make_grant(2)}));
    put(submission(1, domain::RevokeToken{samples::token_id(1)}));
    const auto state = overlay->state_of(organization, organization);
    const auto& registered = std::get<domain::Registered>(state);
    EXPECT_FALSE(registered.find_token(samples::token_id(1)));
    EXPECT_TRUE(registered.find_token(samples::token_id(2)));
}

TEST_F(OverlayTest, TheAdminsKeysAreApartFromThoseOfTokens) {
    put(with_key(rename(1, 7, "Pending"), "new", 9));
    EXPECT_FALSE(overlay->remembered(organization, "new"));
    put(with_key(by_token(rename(1, 7, "Again"), 1), "new", 9));
    EXPECT_EQ(overlay->remembered(organization, "new")->sequence, 4);
    EXPECT_EQ(overlay->remembered(organization, "admin new")->sequence, 3);
}

TEST_F(OverlayTest, KeysAreRememberedPerOrganization) {
    const Sealed sealed = put(with_key(rename(1, 7, "Pending"), "new", 9));
    const auto entry = overlay->remembered(organization, "admin new");
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->sequence, 3);
    EXPECT_EQ(entry->request_hash, sealed.record.idempotency->request_hash);
    EXPECT_EQ(entry->time, sealed.record.time);
    EXPECT_FALSE(overlay->remembered(samples::organization_id(2), "admin new"));
}

TEST_F(OverlayTest, OrganizationsDoNotMix) {
    put(create_organization(2));
    put(schedule(2, 7));
    EXPECT_EQ(overlay->head(samples::organization_id(2)).sequence, 2);
    EXPECT_EQ(overlay->head(organization).sequence, 2);
    put(remove(2, 7));
    EXPECT_EQ(domain::version_of(overlay->state_of(organization, samples::appointment_id(7))), 1);
}

TEST_F(OverlayTest, ReadsEachAggregateOnce) {
    int reads = 0;
    node.store.fail_lookups([&] {
        ++reads;
        return false;
    });
    const auto counted = node.store.read();
    const Overlay once(*counted);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(
            std::holds_alternative<domain::Registered>(once.state_of(organization, organization))
        );
        EXPECT_EQ(domain::version_of(once.state_of(organization, samples::appointment_id(7))), 1);
        EXPECT_EQ(domain::version_of(once.state_of(organization, samples::appointment_id(8))), 0);
    }
    EXPECT_EQ(reads, 3);
}

TEST_F(OverlayTest, FrozenIsWhatTheSettledStateSays) {
    ledger.inject(0, unknown_record(node.store, organization));
    node.run();
    const auto frozen = node.store.read();
    EXPECT_TRUE(Overlay(*frozen).frozen(organization));
}

using OverlayDeathTest = OverlayTest;

TEST_F(OverlayDeathTest, ARecordThatIsNotTheNextIsABug) {
    const Sealed sealed = put(rename(1, 7, "Pending"));
    EXPECT_DEATH(overlay->add(sealed.record, sealed.hash), "CHECK failed");
}

}  // namespace
}  // namespace consularia::ledger
