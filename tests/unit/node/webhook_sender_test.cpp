#include "node/webhook_sender.hpp"

#include "node/usage_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace consularia::node {
namespace {

bool allows(const WebhookOptions& options, const char* address) {
    return webhook_addresses(options).allows(domain::parse_address(address).value());
}

TEST(WebhookSenderOptions, WithoutOptionsOnlyTheInternetIsCalledByHttps) {
    const auto sender = webhook_sender_options({});
    EXPECT_FALSE(sender.allow_http);
    EXPECT_FALSE(allows({}, "127.0.0.1"));
    EXPECT_TRUE(allows({}, "8.8.8.8"));
    EXPECT_EQ(sender.user_agent.rfind("consularia/", 0), 0U) << sender.user_agent;
    EXPECT_EQ(sender.timeout, std::chrono::seconds(15));
}

TEST(WebhookSenderOptions, NetworksAreOpenedByName) {
    const WebhookOptions options{.allowed = {"10.1.0.0/16", "fd00::/8", "127.0.0.1"}};
    EXPECT_TRUE(allows(options, "10.1.2.3"));
    EXPECT_TRUE(allows(options, "fd00::1"));
    EXPECT_TRUE(allows(options, "127.0.0.1"));
    EXPECT_FALSE(allows(options, "10.2.0.1"));
    EXPECT_FALSE(allows(options, "127.0.0.2"));
}

TEST(WebhookSenderOptions, WhatIsNoNetworkIsRefused) {
    for (const auto* const text : {"", "localhost", "10.0.0.1/8", "10.0.0.0/33"}) {
        EXPECT_THROW((void)webhook_addresses({.allowed = {text}}), UsageError) << text;
    }
}

}  // namespace
}  // namespace consularia::node
