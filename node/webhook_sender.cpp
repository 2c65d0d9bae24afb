#include "node/webhook_sender.hpp"

#include "node/usage_error.hpp"

#include <utility>
#include <vector>

namespace consularia::node {

domain::AddressPolicy webhook_addresses(const WebhookOptions& options) {
    std::vector<domain::Network> networks;
    for (const auto& text : options.allowed) {
        const auto network = domain::Network::parse(text);
        if (!network) {
            throw UsageError(
                "--webhook-allow must be an address or a network such as 10.0.0.0/8, not \"" +
                text + "\"."
            );
        }
        networks.push_back(*network);
    }
    return domain::AddressPolicy(std::move(networks));
}

infra::http::WebhookSenderOptions webhook_sender_options(const WebhookOptions& options) {
    infra::http::WebhookSenderOptions sender;
    sender.addresses = webhook_addresses(options);
    sender.allow_http = options.allow_http;
    sender.user_agent = "consularia/" CONSULARIA_VERSION;
    sender.at_once = options.posts;
    sender.timeout = options.timeout;
    return sender;
}

}  // namespace consularia::node
