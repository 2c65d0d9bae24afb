#include "infra/kafka/progress_fold.hpp"

#include "infra/kafka/progress_board.hpp"
#include "reactions/webhooks/row_codec.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

namespace consularia::infra::kafka {
namespace {

using reactions::webhooks::Cursor;
using reactions::webhooks::EndpointState;
using reactions::webhooks::Progress;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr domain::WebhookId kWebhook{{1}};
constexpr domain::WebhookId kOther{{2}};

std::string key(std::uint64_t epoch, std::uint32_t writer = 7) {
    return format_key({.webhook = kWebhook, .epoch = epoch, .writer = writer});
}

Progress at(ledger::Sequence position, ledger::Sequence start = 1) {
    return {.cursor = {start, position}, .state = EndpointState::ok, .failing_since = {}};
}

void say(ProgressFold& fold, const std::string& whose, const Progress& progress) {
    EXPECT_TRUE(fold.apply(whose, encode_progress(progress)));
}

Cursor cursor_in(const ProgressFold& fold) {
    return fold.find(kWebhook).value().cursor;
}

TEST(ProgressCodec, ReadsWhatItWrites) {
    const Progress failing{
        .cursor = {5, 17},
        .state = EndpointState::failing,
        .failing_since = domain::Timestamp(std::chrono::microseconds(1'234'567))};
    EXPECT_EQ(decode_progress(encode_progress(failing)), failing);
    EXPECT_EQ(decode_progress(encode_progress(at(3))), at(3));
    EXPECT_EQ(
        encode_progress(at(17, 5)), R"({"start":5,"position":17,"state":"ok","failing_since":null})"
    );
    const ProgressKey written{.webhook = kWebhook, .epoch = 12, .writer = 0xab};
    EXPECT_EQ(format_key(written), kWebhook.to_string() + "/12.000000ab");
    const auto read = parse_key(format_key(written)).value();
    EXPECT_EQ(read.webhook, kWebhook);
    EXPECT_EQ(read.epoch, 12U);
    EXPECT_EQ(read.writer, 0xabU);
}

TEST(ProgressCodec, ReadsTheKeysOfRowsAndTellsThemFromOthers) {
    const auto row = reactions::webhooks::rows::delivery_key(kWebhook, 12);
    const auto written = format_row_key(row);
    EXPECT_EQ(written, kWebhook.to_string() + "/event 12");
    EXPECT_EQ(parse_row_key(written), row);
    EXPECT_EQ(webhook_of(written), kWebhook);
    EXPECT_EQ(webhook_of(key(3)), kWebhook);
    EXPECT_FALSE(parse_key(written)) << "older versions skip it";
    EXPECT_FALSE(parse_row_key(key(3)));
    EXPECT_FALSE(parse_row_key(kWebhook.to_string() + "/event "));
    EXPECT_FALSE(parse_row_key(kWebhook.to_string() + "/event 1x"));
    EXPECT_FALSE(parse_row_key("/event 1"));
}

TEST(ProgressBoard, PublishesTheNewestOfEachRowUpToABudget) {
    const std::stop_source never;
    ProgressBoard board(7);
    board.tell("a", "1");
    board.tell("a", "2");
    board.tell("b", std::nullopt);
    auto records = board.take(never.get_token());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].value, "2");
    EXPECT_EQ(records[1].value, std::nullopt);
    board.tell("a", "3");
    board.take_back();  // Something newer waits.
    records = board.take(never.get_token());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].value, "3");
    board.settle();
    const std::string large(kWaitingRows / 4, 'x');
    for (const auto* const name : {"c", "d", "e", "f", "g"}) board.tell(name, large);
    EXPECT_EQ(board.take(never.get_token()).size(), 3U);
    board.settle();
    board.tell("h", large);
    EXPECT_EQ(board.take(never.get_token()).size(), 1U);
}

TEST(ProgressCodec, RefusesWhatNoNodeWrites) {
    const auto id = kWebhook.to_string();
    for (const auto& text : std::vector<std::string>{
             "",
             id,
             id + "/",
             id + "/1",
             id + "/1.",
             id + "/.000000ab",
             id + "/1.ab",
             id + "/-1.000000ab",
             id + "/1.0000000g",
             "x" + id + "/1.000000ab"}) {
        EXPECT_FALSE(parse_key(text)) << text;
    }
    for (const auto* const text :
         {"",
          "{",
          "[]",
          "{}",
          R"({"start":1,"position":-1,"state":"ok"})",
          R"({"start":1,"position":1,"state":"fine"})",
          R"({"start":1,"position":1})",
          R"({"start":"1","position":1,"state":"ok"})",
          R"({"start":1,"position":1,"state":"ok","failing_since":"yesterday"})"}) {
        EXPECT_FALSE(decode_progress(text)) << text;
    }
}

TEST(ProgressFold, TheGreatestCursorCountsWhoeverWroteItAndWhenever) {
    ProgressFold fold;
    say(fold, key(1), at(90));
    say(fold, key(2, 8), at(95));
    say(fold, key(1), at(93));  // by a node that was paused
    EXPECT_EQ(cursor_in(fold), (Cursor{1, 95}));
    say(fold, key(1), at(99));
    EXPECT_EQ(cursor_in(fold), (Cursor{1, 99})) << "what it had delivered before it was paused";
    say(fold, key(2, 8), at(10, 120));
    EXPECT_EQ(cursor_in(fold), (Cursor{120, 10})) << "a replay sets it back";
    say(fold, key(1), at(130));
    EXPECT_EQ(cursor_in(fold), (Cursor{120, 10}));
    EXPECT_FALSE(fold.find(kOther));
}

TEST(ProgressFold, OfTheSameCursorTheNewerEpochKnowsTheStateBetter) {
    ProgressFold fold;
    auto failing = at(5);
    failing.state = EndpointState::failing;
    say(fold, key(2), failing);
    say(fold, key(1), at(5));
    EXPECT_EQ(fold.find(kWebhook)->state, EndpointState::failing);
    say(fold, key(2), at(5));
    EXPECT_EQ(fold.find(kWebhook)->state, EndpointState::ok);
}

TEST(ProgressFold, KeysThatSayNoMoreCanBeDeleted) {
    ProgressFold fold;
    say(fold, key(1), at(90));
    say(fold, key(2, 8), at(100));
    say(fold, key(3, 9), at(95));
    const ProgressKey ours{.webhook = kWebhook, .epoch = 3, .writer = 9};
    EXPECT_THAT(fold.surpassed_by(ours), ElementsAre(key(1)));
    EXPECT_EQ(fold.next_epoch(), 4U);
    EXPECT_TRUE(fold.apply(key(1), std::nullopt));
    EXPECT_EQ(cursor_in(fold), (Cursor{1, 100}));
    EXPECT_TRUE(fold.apply(key(2, 8), std::nullopt));
    EXPECT_EQ(cursor_in(fold), (Cursor{1, 100})) << "a deleted key takes nothing back";
    EXPECT_TRUE(fold.apply(key(3, 9), std::nullopt));
    EXPECT_FALSE(fold.find(kWebhook)) << "the webhook is deleted";
    EXPECT_FALSE(fold.apply("foreign", "{}"));
    EXPECT_FALSE(fold.apply(key(1), "foreign"));
}

/// What compaction leaves of a log: of each key the last record, in the order of the log.
std::vector<ProgressRecord> compact(const std::vector<ProgressRecord>& log, std::mt19937& random) {
    std::vector<ProgressRecord> left;
    for (std::size_t i = 0; i < log.size(); ++i) {
        const bool last = std::none_of(
            log.begin() + static_cast<std::ptrdiff_t>(i) + 1,
            log.end(),
            [&](const auto& later) { return later.key == log[i].key; }
        );
        if (last || random() % 2 == 0) left.push_back(log[i]);
    }
    return left;
}

TEST(ProgressFold, CompactionNeverTakesAPositionBack) {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same histories at each run
    for (int history = 0; history < 300; ++history) {
        std::vector<ProgressRecord> log;
        ledger::Sequence positions[3] = {};  // of three nodes that all think that it is theirs
        ProgressFold all;
        for (int i = 0; i < 40; ++i) {
            const auto node = random() % 3;
            positions[node] += random() % 4;
            log.push_back({key(node + 1), encode_progress(at(positions[node]))});
            const auto before = all.find(kWebhook);
            all.apply(log.back().key, *log.back().value);
            if (before) {
                EXPECT_GE(cursor_in(all), before->cursor);
            }
        }
        ProgressFold compacted;
        for (const auto& record : compact(log, random)) compacted.apply(record.key, *record.value);
        EXPECT_EQ(cursor_in(compacted), cursor_in(all));
    }
}

std::vector<ProgressRecord> take(ProgressBoard& board) {
    std::stop_source stop;
    stop.request_stop();
    return board.take(stop.get_token());
}

TEST(ProgressBoard, OnlyTheNewestOfAWebhookWaitsAndNothingOlderThanKnown) {
    ProgressBoard board(7);
    board.apply(key(4, 1), encode_progress(at(10)));
    board.begin_epoch();
    board.save(kWebhook, at(9));
    EXPECT_THAT(take(board), IsEmpty());
    board.save(kWebhook, at(11));
    board.save(kWebhook, at(13));
    board.save(kWebhook, at(12));
    EXPECT_EQ(board.find(kWebhook)->cursor.position, 13U);
    const auto records = take(board);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].key, key(5));
    EXPECT_EQ(records[0].value, encode_progress(at(13)));
}

TEST(ProgressBoard, DeletesOlderKeysOnceItsOwnIsDurable) {
    ProgressBoard board(7);
    board.apply(key(4, 1), encode_progress(at(10)));
    board.begin_epoch();
    board.save(kWebhook, at(11));
    EXPECT_EQ(take(board).size(), 1U);
    board.take_back();
    EXPECT_EQ(take(board).size(), 1U) << "it failed, and is published again";
    board.settle();
    const auto deleted = take(board);
    ASSERT_EQ(deleted.size(), 1U);
    EXPECT_EQ(deleted[0].key, key(4, 1));
    EXPECT_EQ(deleted[0].value, std::nullopt);
}

TEST(ProgressBoard, ADeletedWebhookLeavesNoKey) {
    ProgressBoard board(7);
    board.apply(key(4, 1), encode_progress(at(10)));
    board.apply(key(3, 2), encode_progress(at(9)));
    board.erase(kWebhook);
    EXPECT_FALSE(board.find(kWebhook));
    const auto records = take(board);
    ASSERT_EQ(records.size(), 2U);
    for (const auto& record : records) EXPECT_EQ(record.value, std::nullopt);
}

}  // namespace
}  // namespace consularia::infra::kafka
