// What is stored of enumerators: by name in events, from one version on, and as a byte in rows. A
// line here is never changed, since stores and ledgers hold it; a new enumerator is a new line.

#include "ledger/record/versions.hpp"
#include "projections/row_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

namespace consularia::projections {
namespace {

struct Line {
    std::string_view name;
    ledger::EventVersion since = 0;
    int byte = 0;

    friend bool operator==(const Line&, const Line&) = default;
};

[[maybe_unused]] void PrintTo(const Line& line, std::ostream* out) {  // NOLINT: for gtest
    *out << line.name << ", version " << line.since << ", byte " << line.byte;
}

/// The lines of all enumerators, by byte.
template <class Enum>
std::vector<Line> stored() {
    std::vector<Line> all;
    for (const Enum value : kAllOf<Enum>) {
        const auto [name, since, byte] = stored_as(value);
        all.push_back({name, since, byte});
    }
    std::ranges::sort(all, {}, &Line::byte);
    return all;
}

using Lines = std::vector<Line>;

TEST(Stored, StatusesAreThese) {
    const Lines lines{{"scheduled", 1, 0}, {"active", 1, 1}, {"completed", 1, 2}, {"missed", 1, 3}};
    EXPECT_EQ(stored<domain::Status>(), lines);
    EXPECT_EQ(kAbsentByte, 4);
}

TEST(Stored, RolesAreThese) {
    EXPECT_EQ(stored<domain::Role>(), (Lines{{"moderator", 1, 0}, {"participant", 1, 1}}));
}

TEST(Stored, FeaturesAreThese) {
    const Lines lines{
        {"breakout_rooms_enabled", 1, 0},
        {"whiteboard_enabled", 1, 1},
        {"chat_enabled", 1, 2},
        {"join_screen_enabled", 1, 3},
        {"screenshare_enabled", 1, 4},
        {"raise_hand_enabled", 1, 5}};
    EXPECT_EQ(stored<domain::Feature>(), lines);
}

TEST(Stored, PayloadsAndStatusesOfWebhooksAreThese) {
    EXPECT_EQ(stored<domain::WebhookPayload>(), (Lines{{"full", 1, 0}, {"thin", 1, 1}}));
    const Lines lines{{"active", 1, 0}, {"inactive", 1, 1}, {"gone", 1, 2}};
    EXPECT_EQ(stored<domain::WebhookStatus>(), lines);
}

TEST(Stored, ScopesAreThese) {
    const Lines lines{
        {"read", 1, 0}, {"write", 1, 1}, {"audit", 1, 2}, {"events", 2, 3}, {"webhooks", 2, 4}};
    EXPECT_EQ(stored<domain::Scope>(), lines);
}

template <class Enum>
auto count_in_first_version() {
    const auto is_first = [](Enum value) { return stored_as(value).since == 1; };
    return std::ranges::count_if(kAllOf<Enum>, is_first);
}

TEST(Stored, NothingIsAddedToTheFirstVersionOfEvents) {
    EXPECT_EQ(count_in_first_version<domain::Status>(), 4);
    EXPECT_EQ(count_in_first_version<domain::Role>(), 2);
    EXPECT_EQ(count_in_first_version<domain::Feature>(), 6);
    EXPECT_EQ(count_in_first_version<domain::WebhookPayload>(), 2);
    EXPECT_EQ(count_in_first_version<domain::WebhookStatus>(), 3);
    EXPECT_EQ(count_in_first_version<domain::Scope>(), 3);
}

}  // namespace
}  // namespace consularia::projections
