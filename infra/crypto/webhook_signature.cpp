#include "infra/crypto/webhook_signature.hpp"

#include "infra/crypto/crypto.hpp"

#include <openssl/evp.h>

namespace consularia::infra {

namespace {

/// RFC 4648, 4, with padding.
std::string to_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and what ends a string of C
    const auto size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size())
    );
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

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
