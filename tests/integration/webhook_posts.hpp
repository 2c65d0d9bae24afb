#pragma once
// Posts of webhooks and what came of them, for tests of the sender.

#include "domain/webhook/addresses.hpp"
#include "infra/http/webhook_sender.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace consularia::test {

using Outcome = tl::expected<reactions::webhooks::Posted, std::string>;

inline domain::AddressPolicy opening(const std::string& network) {
    return domain::AddressPolicy({domain::Network::parse(network).value()});
}

inline infra::http::WebhookSenderOptions loopback() {
    infra::http::WebhookSenderOptions options;
    options.addresses = opening("127.0.0.1");
    options.allow_http = true;
    return options;
}

inline infra::http::WebhookSenderOptions loopback(std::chrono::milliseconds timeout) {
    auto options = loopback();
    options.timeout = timeout;
    return options;
}

inline std::future<Outcome> begin(
    infra::http::WebhookSender& sender, reactions::webhooks::Post post
) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto future = promise->get_future();
    sender.post(std::move(post), [promise](Outcome outcome) {
        promise->set_value(std::move(outcome));
    });
    return future;
}

inline Outcome wait(std::future<Outcome> future) {
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
        throw std::runtime_error("The handler was not called.");
    }
    return future.get();
}

inline Outcome post(const std::string& url, infra::http::WebhookSenderOptions options) {
    infra::http::WebhookSender sender(std::move(options));
    return wait(begin(sender, {.url = url, .body = "{}"}));
}

inline std::string error_of(const Outcome& outcome) {
    return outcome ? "status " + std::to_string(outcome->status) : outcome.error();
}

inline infra::http::Resolve resolving(std::vector<std::string> addresses) {
    return [addresses](const std::string&) {
        std::vector<domain::IpAddress> found;
        for (const auto& text : addresses) found.push_back(domain::parse_address(text).value());
        return found;
    };
}

}  // namespace consularia::test
