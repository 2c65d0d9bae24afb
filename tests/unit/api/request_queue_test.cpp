#include "api/http/request_queue.hpp"

#include "tests/support/domain_samples.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace consularia::api::http {
namespace {

using samples::organization_id;
using testing::ElementsAre;

class RequestQueueTest : public testing::Test {
  protected:
    void wait(std::uint32_t organization, const std::string& name) {
        const auto key = organization == 0 ? RequestQueue::Key() : organization_id(organization);
        queue.wait(key, [this, name] { served.push_back(name); });
    }

    boost::asio::io_context io;
    RequestQueue queue{io};
    std::vector<std::string> served;
};

TEST_F(RequestQueueTest, OrganizationsAreServedInTurn) {
    for (const auto* name : {"a1", "a2", "a3", "a4"}) wait(1, name);
    for (const auto* name : {"b1", "b2"}) wait(2, name);
    wait(0, "admin");
    EXPECT_TRUE(served.empty()) << "not before the loop has done what it had to do";
    io.run();
    EXPECT_THAT(served, ElementsAre("a1", "b1", "admin", "a2", "b2", "a3", "a4"));
}

TEST_F(RequestQueueTest, WhatTheLoopHasToDoAlreadyComesFirst) {
    for (int i = 0; i < 3; ++i) boost::asio::post(io, [this] { wait(1, "loud"); });
    boost::asio::post(io, [this] { wait(2, "quiet"); });
    io.run();
    EXPECT_THAT(served, ElementsAre("loud", "quiet", "loud", "loud"));
}

TEST_F(RequestQueueTest, ANewcomerWaitsForOneRequestOfEachOther) {
    for (const auto* name : {"a1", "a2", "a3"}) wait(1, name);
    for (const auto* name : {"b1", "b2", "b3"}) wait(2, name);
    io.run_one();
    wait(3, "new");
    io.run();
    EXPECT_THAT(served, ElementsAre("a1", "b1", "a2", "new", "b2", "a3", "b3"));
}

}  // namespace
}  // namespace consularia::api::http
