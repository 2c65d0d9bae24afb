// What `ledger formats` counts.
#include "ledger/log/format_census.hpp"

#include "ledger/record/shown_format.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace consularia::ledger {
namespace {

using samples::History;

const std::string kUuid = "01920a3c-0000-7000-8000-0000000000d1";
const std::string kHashed(64, 'a');

Envelope record_with(std::string request_id, std::optional<std::string> key) {
    History history;
    Envelope record = history.next_skippable();
    record.request_id = std::move(request_id);
    if (key) record.idempotency = Idempotency{*std::move(key), {}};
    return record;
}

TEST(ShownFormat, IsTheFirstIfTheClientsTextsAreThere) {
    EXPECT_EQ(shown_format(record_with("visit", std::nullopt), false), WriteFormat::verbatim);
    EXPECT_EQ(shown_format(record_with("visit", kHashed), false), WriteFormat::verbatim);
    EXPECT_EQ(shown_format(record_with(kUuid, "booking-1"), false), WriteFormat::verbatim);
    EXPECT_EQ(shown_format(record_with("", kUuid), false), WriteFormat::verbatim);
}

TEST(ShownFormat, IsTheSecondIfTheKeyIsHashed) {
    EXPECT_EQ(shown_format(record_with(kUuid, kHashed), false), WriteFormat::keyed);
}

TEST(ShownFormat, IsTheThirdIfThereIsTheMark) {
    EXPECT_EQ(shown_format(record_with(kUuid, kHashed), true), WriteFormat::marked);
    EXPECT_EQ(shown_format(record_with("", std::nullopt), true), WriteFormat::marked);
}

TEST(ShownFormat, IsNoneIfBothFormatsLookTheSame) {
    EXPECT_EQ(shown_format(record_with("", std::nullopt), false), std::nullopt);
    EXPECT_EQ(shown_format(record_with(kUuid, std::nullopt), false), std::nullopt);
}

class Census : public testing::Test {
  protected:
    void take(Partition partition, const std::string& fact) {
        census_.take(partition, {position_++, fact});
    }

    const FactGroup* find(const std::string& type, Reading reading) {
        const auto found = census_.types().find({type, reading});
        return found == census_.types().end() ? nullptr : &found->second;
    }

    History history_;
    Position position_ = 7;
    FormatCensus census_{samples::codec()};
};

TEST_F(Census, CountsFactsByTypeWithTheirTimes) {
    take(0, history_.create());
    take(0, history_.schedule(1));
    const auto first = history_.head().time;
    take(0, history_.schedule(2));
    const auto* const scheduled = find("dev.consularia.appointment.scheduled.v1", Reading::known);
    ASSERT_NE(scheduled, nullptr);
    EXPECT_EQ(scheduled->facts, 2U);
    EXPECT_EQ(scheduled->from, first);
    EXPECT_EQ(scheduled->to, history_.head().time);
    EXPECT_EQ(scheduled->position, 8U);
    EXPECT_EQ(scheduled->why, "");
    EXPECT_EQ(census_.count(Reading::known), 3U);
}

TEST_F(Census, KeepsApartWhatIsSkippedAndWhatFreezes) {
    const std::string type = "dev.consularia.weather.changed.v9";
    take(0, history_.add_unknown_type());
    take(3, history_.add_skippable());
    const auto* const freezes = find(type, Reading::unreadable);
    const auto* const skipped = find(type, Reading::skippable);
    ASSERT_TRUE(freezes != nullptr && skipped != nullptr);
    EXPECT_EQ(freezes->why, "type " + type + " is unknown to this version");
    EXPECT_EQ(skipped->partition, 3U);
    EXPECT_EQ(skipped->from, history_.head().time);
    EXPECT_EQ(census_.count(Reading::unreadable), 1U);
    EXPECT_EQ(census_.formats().size(), 1U) << "what cannot be read shows no format";
    EXPECT_EQ(census_.formats().begin()->second.facts, 1U);
}

TEST_F(Census, ShowsNoNamesOfStrangers) {
    auto value = history_.add_unknown_type();
    value.replace(value.find("weather"), 7, "Ann Lee");
    take(0, value);
    EXPECT_NE(find("", Reading::unreadable), nullptr);
    take(0, R"({"type":7})");
    take(0, "[" + std::string(100, '[') + std::string(101, ']'));
    EXPECT_EQ(find("", Reading::unreadable)->facts, 3U);
}

TEST_F(Census, CountsFormats) {
    take(0, history_.create());
    auto record = history_.next(samples::appointment_id(), samples::scheduled_event());
    take(0, history_.add(samples::with_key(record, "booking")));
    record = history_.next(samples::appointment_id(2), samples::scheduled_event());
    take(0, history_.add(samples::with_key(record, kHashed)));
    const auto& formats = census_.formats();
    ASSERT_EQ(formats.size(), 3U);
    EXPECT_EQ(formats.at(std::nullopt).position, 7U);
    EXPECT_EQ(formats.at(WriteFormat::verbatim).position, 8U);
    EXPECT_EQ(formats.at(WriteFormat::keyed).position, 9U);
    take(0, history_.add_skippable());
    take(0, encode(golden("webhook-registered")));
    EXPECT_EQ(formats.at(WriteFormat::marked).facts, 2U);
    EXPECT_EQ(formats.at(WriteFormat::marked).position, 10U);
}

}  // namespace
}  // namespace consularia::ledger
