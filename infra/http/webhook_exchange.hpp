#pragma once
// One post of a webhook, from its URL to the answer.

#include "infra/http/lookups.hpp"
#include "infra/http/webhook_options.hpp"
#include "reactions/webhooks/sender.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <tl/expected.hpp>

#include <string>

namespace consularia::infra::http {

using PostOutcome = tl::expected<reactions::webhooks::Posted, std::string>;

/// What posts share. It outlives them.
struct WebhookPorts {
    const WebhookSenderOptions& options;
    Lookups& lookups;
    boost::asio::ssl::context& tls;
};

/// Verifies the server's certificate. Throws boost::system::system_error.
[[nodiscard]] boost::asio::ssl::context make_webhook_tls();

/// The arguments outlive it.
[[nodiscard]] boost::asio::awaitable<PostOutcome> exchange_webhook(
    const WebhookPorts& ports, const reactions::webhooks::Post& post
);

}  // namespace consularia::infra::http
