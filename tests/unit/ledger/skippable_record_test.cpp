// A record whose event this binary does not know, and whose writer marked it as one to skip.

#include "ledger/log/chain_verifier.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace consularia::ledger {
namespace {

using samples::as_skippable;
using samples::with_unknown_type;

constexpr std::string_view kMark = R"("skippable":true)";

/// A golden value of an unknown type, with the mark.
std::string marked(std::string_view name = "appointment-scheduled") {
    return as_skippable(encode(golden(name)));
}

bool is_skippable(const std::string& value) {
    const auto record = decode(value);
    EXPECT_FALSE(record) << value;
    return !record && record.error().skippable;
}

TEST(Skippable, IsARecordOfAnUnknownTypeWithTheMark) {
    for (const auto& [name, record] : golden_records()) {
        const auto read = decode(as_skippable(encode(record)));
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(
            read.error().why, "type dev.consularia.weather.changed.v9 is unknown to this version"
        );
        ASSERT_TRUE(read.error().skippable) << name;
        EXPECT_EQ(*read.error().skippable, static_cast<const Envelope&>(record)) << name;
    }
}

TEST(Skippable, IsANewVersionOfAKnownTypeToo) {
    const auto value = replaced(marked(), "weather.changed.v9", "appointment.scheduled.v9");
    EXPECT_TRUE(is_skippable(value));
}

TEST(Skippable, IsNothingWithoutTheMark) {
    EXPECT_FALSE(is_skippable(with_unknown_type(encode(golden("appointment-scheduled")))));
    for (const std::string_view other :
         {R"("skippable":false)",
          R"("skippable":"true")",
          R"("skippable":1)",
          R"("skippable":null)",
          R"("skippable":[true])",
          R"("skippable":{})",
          R"("Skippable":true)",
          R"("skippable":false,"data":{"skippable":true},"x":1)",
          R"("skippable":true,"skippable":true)"}) {
        EXPECT_FALSE(is_skippable(replaced(marked(), kMark, other))) << other;
    }
}

TEST(Skippable, MayHaveAnyEvent) {
    for (const std::string attribute : {"subject", "version", "data"}) {
        const std::string name = '"' + attribute + "\":";
        EXPECT_TRUE(is_skippable(replaced(marked(), name, R"("other":)"))) << attribute;
    }
}

TEST(Skippable, HasAllOtherAttributesOfARecord) {
    for (const std::string attribute :
         {"specversion",
          "id",
          "source",
          "type",
          "time",
          "datacontenttype",
          "sequence",
          "prevhash",
          "actor",
          "requesthash",
          "idempotencykey"}) {
        const std::string name = '"' + attribute + "\":";
        EXPECT_FALSE(is_skippable(replaced(marked(), name, R"("other":)"))) << attribute;
    }
    EXPECT_FALSE(is_skippable(replaced(marked(), R"("time":"2026)", R"("time":"1e26)")));
    EXPECT_FALSE(is_skippable(replaced(marked(), R"("actor":")", R"("actor":"x)")));
    EXPECT_FALSE(is_skippable(replaced(marked(), R"("dev.consularia.weather.changed.v9")", "7")));
}

TEST(Skippable, IsNoMarkOfATypeThatIsKnown) {
    for (const auto& [name, record] : golden_records()) {
        for (const std::string_view mark : {kMark, std::string_view(R"("skippable":"no")")}) {
            auto value = encode(record);
            if (value.find(kMark) == std::string::npos) {
                value = replaced(value, R"("data":)", std::string(kMark) + R"(,"data":)");
            }
            value = replaced(value, kMark, mark);
            const auto read = decode(value);
            ASSERT_TRUE(read) << name;
            EXPECT_EQ(*read, record) << name;
        }
    }
    const auto broken = replaced(marked(), "weather.changed.v9", "appointment.scheduled.v1");
    EXPECT_FALSE(is_skippable(replaced(broken, R"("duration_minutes")", R"("minutes")")));
}

TEST(Skippable, CountsForTheTimesOfWhatFollows) {
    samples::History history;
    const auto created = history.create();
    const auto skipped = history.add_skippable();
    const auto skipped_at = history.head().time;
    history.set_now(skipped_at);
    const auto late = history.add_skippable();
    const auto scheduled = history.schedule();
    TimeVerifier verifier(samples::codec());
    std::vector<Sequence> faults;
    for (const auto& entry : samples::entries({created, skipped, late, scheduled})) {
        const auto fault = verifier.take(entry, parse_value(entry.value));
        if (fault) faults.push_back(fault->sequence);
    }
    EXPECT_EQ(faults, std::vector<Sequence>{3});
}

}  // namespace
}  // namespace consularia::ledger
