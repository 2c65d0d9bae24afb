// What new records hold of the request that caused them, and that repeats are recognized whichever
// node wrote the first record.
#include "ledger/commands/decision.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_state_store.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/test_node.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

namespace consularia::ledger {
namespace {

using namespace test;

constexpr std::chrono::seconds kTtl{60};
constexpr const char* kKey = "ann@example.org";

Submission schedule_once(std::uint8_t request = 1) {
    auto submission = with_key(schedule(1, 7), kKey, request);
    submission.request = {"visit-of-ann", "01920a3c-0000-7000-8000-00000000abcd"};
    return submission;
}

/// One organization, written and asked by nodes of different formats.
class WriteFormats : public testing::TestWithParam<std::tuple<WriteFormat, WriteFormat>> {
  protected:
    WriteFormats() { write(WriteFormat::verbatim, create_organization(1)); }

    Decision decide_as(WriteFormat format, const Submission& submission) {
        const auto state = store_.read();
        return decide(samples::codec(format), submission, Overlay(*state), clock_.now(), kTtl);
    }

    Record write(WriteFormat format, const Submission& submission) {
        auto decision = decide_as(format, submission);
        const auto& sealed = std::get<Sealed>(decision);
        const LogEntry entry{store_.next_position(0), sealed.value};
        apply_all(store_, 0, {&entry, 1});
        return sealed.record;
    }

    const WriteFormat first_ = std::get<0>(GetParam());
    const WriteFormat second_ = std::get<1>(GetParam());
    ManualClock clock_;
    MemoryStateStore store_;
};

TEST_P(WriteFormats, ARepeatIsAnsweredByTheFirstRecord) {
    const auto first = write(first_, schedule_once());
    const auto again = decide_as(second_, schedule_once());
    EXPECT_EQ(std::get<Replayed>(std::get<Reply>(again)).sequence, first.sequence);
}

TEST_P(WriteFormats, ADifferentRequestUnderTheSameKeyIsAMismatch) {
    write(first_, schedule_once(1));
    const auto other = decide_as(second_, schedule_once(2));
    EXPECT_TRUE(std::holds_alternative<IdempotencyMismatch>(std::get<Reply>(other)));
}

TEST_P(WriteFormats, AnotherKeyOrActorIsNotARepeat) {
    write(first_, schedule_once());
    const auto other_key = with_key(rename(1, 7, "Other"), "bob@example.org", 1);
    EXPECT_TRUE(std::holds_alternative<Sealed>(decide_as(second_, other_key)));
    const auto of_token = by_token(with_key(rename(1, 7, "Other"), kKey, 1), 1);
    EXPECT_TRUE(std::holds_alternative<Sealed>(decide_as(second_, of_token)));
}

TEST_P(WriteFormats, AKeyThatExpiredMayBeUsedAgainAndIsRecognizedAgain) {
    write(first_, schedule_once());
    clock_.advance(std::chrono::seconds(61));
    const auto second = write(second_, with_key(rename(1, 7, "Second"), kKey, 2));
    const auto again = decide_as(first_, with_key(rename(1, 7, "Second"), kKey, 2));
    EXPECT_EQ(std::get<Replayed>(std::get<Reply>(again)).sequence, second.sequence);
}

TEST_P(WriteFormats, ARecordHoldsTheClientsTextsOnlyInTheFirstFormat) {
    const auto submission = schedule_once();
    const auto record = write(first_, submission);
    const auto bytes = samples::codec(second_).encode(record);
    const bool verbatim = first_ == WriteFormat::verbatim;
    EXPECT_EQ(bytes.find(kKey) != std::string::npos, verbatim) << bytes;
    EXPECT_EQ(bytes.find(submission.request.shown) != std::string::npos, verbatim) << bytes;
    EXPECT_EQ(bytes.find(submission.request.own) == std::string::npos, verbatim) << bytes;
    const auto hashed =
        to_hex(sha256("idempotency key\n" + samples::organization_id(1).to_string() + "\n" + kKey));
    EXPECT_EQ(record.idempotency->key, verbatim ? kKey : hashed);
    EXPECT_EQ(samples::codec(second_).decode(bytes), record);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    WriteFormats,
    testing::Combine(
        testing::Values(WriteFormat::verbatim, WriteFormat::keyed, WriteFormat::marked),
        testing::Values(WriteFormat::verbatim, WriteFormat::keyed, WriteFormat::marked)
    ),
    [](const auto& instance) {
        const auto number = [](WriteFormat format) {
            return std::to_string(static_cast<int>(format));
        };
        return "Written" + number(std::get<0>(instance.param)) + "Asked" +
               number(std::get<1>(instance.param));
    }
);

TEST(WriteFormat, WithoutTheMarkHasNoEventsThatNeedIt) {
    MemoryStateStore store;
    ManualClock clock;
    const auto decide_as = [&](WriteFormat format, const Submission& submission) {
        const auto state = store.read();
        return decide(samples::codec(format), submission, Overlay(*state), clock.now(), kTtl);
    };
    const auto submission = register_webhook(1, 7);
    for (const auto format : {WriteFormat::verbatim, WriteFormat::keyed}) {
        const auto decision = decide_as(format, submission);
        const auto& refused = std::get<Refused>(std::get<Reply>(decision));
        EXPECT_EQ(refused.rejection, domain::Rejection(domain::Conflict::format_is_too_old));
    }
    const auto decision = decide_as(WriteFormat::marked, submission);
    const auto& sealed = std::get<Sealed>(decision);
    EXPECT_NE(sealed.value.find(R"("skippable":true,"data":)"), std::string::npos);
    EXPECT_EQ(samples::codec().decode(sealed.value), sealed.record);
}

TEST(WriteFormat, OfEventsThatMayNotBeSkippedHasNoMark) {
    for (const auto& [name, record] : golden_records()) {
        const bool marked = encode(record).find("skippable") != std::string::npos;
        EXPECT_EQ(marked, std::holds_alternative<WebhookRecordEvent>(record.event)) << name;
    }
}

TEST(WriteFormat, TheSameKeyLooksDifferentInTwoOrganizations) {
    const auto& codec = samples::codec();
    EXPECT_NE(
        codec.forms_of(samples::organization_id(1), kKey).hashed,
        codec.forms_of(samples::organization_id(2), kKey).hashed
    );
}

TEST(WriteFormat, AKeyIsHashedOnceHoweverOftenItsCommandIsDecided) {
    int hashed = 0;
    const RecordCodec codec({WriteFormat::keyed, [&hashed](std::string_view text) {
                                 ++hashed;
                                 return sha256(text);
                             }});
    auto submission = create_organization(1);
    submission.idempotency = RequestKey{codec.forms_of(submission.organization, kKey), {}};
    MemoryStateStore store;
    const auto state = store.read();
    for (int again = 0; again < 2; ++again) {
        const auto decision = decide(codec, submission, Overlay(*state), ManualClock().now(), kTtl);
        EXPECT_EQ(
            std::get<Sealed>(decision).record.idempotency->key, submission.idempotency->key.hashed
        );
    }
    EXPECT_EQ(hashed, 1);
}

TEST(WriteFormat, WithoutARequestARecordHasNoIdOfOne) {
    for (const auto format : {WriteFormat::verbatim, WriteFormat::keyed}) {
        EXPECT_EQ(samples::codec(format).stored_request_id({}), "");
    }
}

}  // namespace
}  // namespace consularia::ledger
