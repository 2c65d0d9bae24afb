// Bodies that are made piece by piece.

#include "api/pieces.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace consularia::api {
namespace {

Parts parts_of(std::vector<std::string> parts) {
    return {parts.size(), [parts](std::size_t index) { return parts[index]; }};
}

/// The pieces in the order in which they are written.
std::vector<std::string> cut(std::vector<std::string> parts, std::size_t piece_bytes) {
    Response response;
    set_body(response, parts_of(std::move(parts)), piece_bytes);
    std::vector<std::string> pieces{response.body};
    if (!response.rest) return pieces;
    for (auto piece = response.rest(); !piece.empty(); piece = response.rest()) {
        pieces.push_back(piece);
    }
    return pieces;
}

using Pieces = std::vector<std::string>;

TEST(Pieces, WhatFitsIsOneBodyWithoutARest) {
    Response response;
    set_body(response, parts_of({"[", "1,", "2", "]"}), 5);
    EXPECT_EQ(response.body, "[1,2]");
    EXPECT_FALSE(response.rest);
}

TEST(Pieces, AreFullUpToTheLast) {
    EXPECT_EQ(cut({"[", "1,", "2", "]"}, 4), (Pieces{"[1,2", "]"}));
    EXPECT_EQ(cut({"[", "1,", "2", "]"}, 1), (Pieces{"[", "1", ",", "2", "]"}));
    EXPECT_EQ(cut({"", "", "abc", ""}, 2), (Pieces{"ab", "c"}));
}

TEST(Pieces, CutAPartThatIsLargerThanTheyAre) {
    EXPECT_EQ(cut({"a", "0123456789", "z"}, 4), (Pieces{"a012", "3456", "789z"}));
}

TEST(Pieces, AreMadeOnlyWhenTheyAreWanted) {
    std::vector<std::size_t> made;
    Response response;
    set_body(
        response,
        {3,
         [&](std::size_t index) {
             made.push_back(index);
             return std::string(4, static_cast<char>('a' + index));
         }},
        4
    );
    EXPECT_EQ(made, (std::vector<std::size_t>{0}));
    EXPECT_EQ(response.rest(), "bbbb");
    EXPECT_EQ(made, (std::vector<std::size_t>{0, 1}));
}

TEST(Pieces, DoNotKeepWhatIsLeftOfALargePart) {
    std::size_t times = 0;
    Response response;
    set_body(
        response,
        {1,
         [&](std::size_t) {
             ++times;
             return std::string(1000, 'x');
         }},
        100
    );
    ASSERT_TRUE(response.rest);
    while (!response.rest().empty()) {
    }
    EXPECT_EQ(times, 10U);
}

TEST(Pieces, APartThatCannotBeMadeIsTheCallersToHandle) {
    Response response;
    const Parts parts{2, [](std::size_t index) {
                          if (index == 1) throw std::runtime_error("gone");
                          return std::string(4, 'x');
                      }};
    set_body(response, parts, 4);
    EXPECT_THROW(response.rest(), std::runtime_error);
}

}  // namespace
}  // namespace consularia::api
