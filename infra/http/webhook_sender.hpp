#pragma once
// Sends webhooks over HTTPS, to addresses that may be called and to no others.

#include "infra/http/webhook_options.hpp"
#include "reactions/webhooks/sender.hpp"

#include <memory>

namespace consularia::infra::http {

/// A post resolves its host once, drops the addresses that the policy refuses, and connects to what
/// is left, each in turn: nothing is resolved again. With https the certificate must be valid for
/// the URL's host, by the certificates that OpenSSL trusts on this machine, or those in the file
/// SSL_CERT_FILE. No redirect is followed, no proxy is used, no connection is kept.
///
/// The answer is the status: once the header is complete, it counts, whatever becomes of the body.
/// No more than 64 KiB of an answer are read.
///
/// One thread does all of it, beside those that resolve names. Thread-safe.
class WebhookSender final : public reactions::webhooks::Sender {
  public:
    explicit WebhookSender(WebhookSenderOptions options);
    WebhookSender(const WebhookSender&) = delete;
    WebhookSender& operator=(const WebhookSender&) = delete;
    /// Ends what is under way, and calls the handlers that were not called yet.
    ~WebhookSender() override;

    void post(reactions::webhooks::Post post, Handler handler) override;

  private:
    class Work;

    std::unique_ptr<Work> work_;
};

}  // namespace consularia::infra::http
