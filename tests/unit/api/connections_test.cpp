// Which connections are accepted, and which silent ones make room for them.

#include "api/http/connections.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace consularia::api::http {
namespace {

Connections::Id enter(Connections& connections, const std::string& address = "") {
    return std::get<Connections::Id>(connections.enter(address));
}

Refusal refused(Connections& connections, const std::string& address = "") {
    return std::get<Refusal>(connections.enter(address));
}

TEST(Connections, ThereAreAsManyAsTheLimitAndAPlaceIsFreeWhenOneLeaves) {
    Connections connections(2, 0);
    const auto first = enter(connections);
    enter(connections);
    EXPECT_EQ(refused(connections), Refusal::too_many);
    connections.leave(first);
    enter(connections);
    EXPECT_EQ(connections.count(), 2U);
}

TEST(Connections, AnAddressHasItsOwnLimitAndNobodyElseIsTouched) {
    Connections connections(100, 2);
    const auto first = enter(connections, "192.0.2.1");
    enter(connections, "192.0.2.1");
    EXPECT_EQ(refused(connections, "192.0.2.1"), Refusal::too_many_of_address);
    enter(connections, "192.0.2.2");
    for (int i = 0; i < 10; ++i) enter(connections, "");
    connections.leave(first);
    enter(connections, "192.0.2.1");
    EXPECT_EQ(refused(connections, "192.0.2.1"), Refusal::too_many_of_address);
}

TEST(Connections, WithoutALimitPerAddressOneMayHaveAll) {
    Connections connections(100, 0);
    for (int i = 0; i < 100; ++i) enter(connections, "192.0.2.1");
    EXPECT_EQ(refused(connections, "192.0.2.1"), Refusal::too_many);
}

TEST(Connections, TheConnectionThatWasSilentForLongestMakesRoom) {
    Connections connections(4, 0);
    std::vector<int> ended;
    std::vector<Connections::Id> ids;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(enter(connections));
        connections.watch(ids.back(), [&ended, i] { ended.push_back(i); });
    }
    connections.heard(ids[0]);
    enter(connections);
    EXPECT_EQ(ended, (std::vector{1}));
    connections.leave(ids[2]);
    connections.leave(ids[1]);
    enter(connections);
    EXPECT_EQ(ended, (std::vector{1})) << "there was a place";
    enter(connections);
    EXPECT_EQ(ended, (std::vector{1, 3}));
    EXPECT_EQ(refused(connections), Refusal::too_many) << "all others have spoken";
}

TEST(Connections, AConnectionThatMadeRoomButStaysTakesOneOfAFewMorePlaces) {
    Connections connections(100, 0);
    for (int i = 0; i < 100; ++i) connections.watch(enter(connections), [] {});
    for (std::size_t i = 0; i < Connections::kOverlap; ++i) enter(connections);
    EXPECT_EQ(refused(connections), Refusal::too_many);
}

TEST(Connections, NobodyWaitsForRoomThatIsNotMade) {
    Connections connections(2, 0);
    std::vector<Connections::Id> made_room;
    for (std::size_t i = 0; i < 2 + Connections::kOverlap; ++i) {
        const auto id = enter(connections);
        connections.watch(id, [&made_room, id] { made_room.push_back(id); });
    }
    ASSERT_EQ(made_room.size(), Connections::kOverlap);
    EXPECT_TRUE(connections.crowded());
    for (const auto id : made_room) connections.heard(id);  // Their requests came just then.
    EXPECT_FALSE(connections.crowded());
    EXPECT_EQ(refused(connections), Refusal::too_many);
}

}  // namespace
}  // namespace consularia::api::http
