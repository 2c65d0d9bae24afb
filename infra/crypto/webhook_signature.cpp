#include "infra/crypto/webhook_signature.hpp"

#include "infra/crypto/crypto.hpp"

namespace consularia::infra {

std::vector<std::pair<std::string, std::string>> sign_webhook(
    std::span<const std::string> secrets,
    std::string_view id,
    std::int64_t time_s,
    std::string_view body
) {
    const auto time = std::to_string(time_s);
    std::string message(id);
    message.append(".").append(time).append(".").append(body);
    std::string signatures;
    for (const auto& secret : secrets) {
        const auto mac = Hmac(secret)(message);
        if (!signatures.empty()) signatures += ' ';
        signatures += "v1,";
        signatures += to_base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
    }
    return {
        {"webhook-id", std::string(id)},
        {"webhook-timestamp", time},
        {"webhook-signature", std::move(signatures)}};
}

std::string format_webhook_secret(std::string_view secret) {
    return "whsec_" + to_base64(secret);
}

}  // namespace consularia::infra
